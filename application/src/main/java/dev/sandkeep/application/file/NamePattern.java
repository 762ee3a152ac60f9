package dev.sandkeep.application.file;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A pattern for names: {@code *} and {@code **} for any text, {@code ?} for a character, {@code [a-z]} and {@code [!x]}
 * for one of some, {@code {a,b}} for one of several texts, <code>!(x)</code> around all of it for its opposite, and a
 * backslash for the next character itself. A leading <code>**&#47;</code> changes nothing. Takes time proportional to the
 * product of the lengths of pattern and name at the most, whatever they are. Immutable.
 */
public final class NamePattern {

    private static final int LONGEST = 1024;
    private static final int MOST_ALTERNATIVES = 256;

    /** Of all alternatives together: how long a match takes is proportional to it. */
    private static final int LONGEST_EXPANDED = 4096;

    private static final IntPredicate ANY_TEXT = new AnyText();

    private final List<List<IntPredicate>> alternatives;
    private final boolean opposite;

    /** Stands for any number of characters, and is told apart from what stands for one. */
    private record AnyText() implements IntPredicate {
        @Override
        public boolean test(int point) {
            return true;
        }
    }

    private NamePattern(List<List<IntPredicate>> alternatives, boolean opposite) {
        this.alternatives = alternatives;
        this.opposite = opposite;
    }

    /**
     * Reads a pattern.
     *
     * @throws InvalidValue if it is none
     */
    public static NamePattern of(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            throw bad("must have 1 to " + LONGEST + " characters");
        }
        String bare = text.startsWith("**/") ? text.substring(3) : text;
        boolean opposite = bare.startsWith("!(") && bare.endsWith(")");
        List<List<IntPredicate>> alternatives = new ArrayList<>();
        int length = 0;
        for (String one : expand(opposite ? bare.substring(2, bare.length() - 1) : bare)) {
            length += one.length();
            if (length > LONGEST_EXPANDED) {
                throw bad("must have alternatives of at most " + LONGEST_EXPANDED + " characters together");
            }
            alternatives.add(parse(one));
        }
        return new NamePattern(alternatives, opposite);
    }

    private static InvalidValue bad(String rule) {
        return new InvalidValue("pattern", rule);
    }

    /** One text for each choice of braces. */
    private static List<String> expand(String text) {
        int open = indexOf(text, '{', 0);
        if (open < 0) {
            return List.of(text);
        }
        int depth = 0;
        int from = open + 1;
        List<String> choices = new ArrayList<>();
        for (int i = open; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '\\') {
                i++;
            } else if (next == '{') {
                depth++;
            } else if ((next == ',' && depth == 1) || (next == '}' && --depth == 0)) {
                choices.add(text.substring(from, i));
                from = i + 1;
                if (next == '}') {
                    return combine(text.substring(0, open), choices, text.substring(i + 1));
                }
            }
        }
        throw bad("has an opening brace that is not closed");
    }

    private static List<String> combine(String before, List<String> choices, String after) {
        List<String> expanded = new ArrayList<>();
        for (String choice : choices) {
            expanded.addAll(expand(before + choice + after));
            if (expanded.size() > MOST_ALTERNATIVES) {
                throw bad("must mean at most " + MOST_ALTERNATIVES + " alternatives");
            }
        }
        return expanded;
    }

    private static int indexOf(String text, char wanted, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static List<IntPredicate> parse(String text) {
        List<IntPredicate> parts = new ArrayList<>();
        int[] points = text.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            switch (points[i]) {
                case '*' -> {
                    if (parts.isEmpty() || !parts.getLast().equals(ANY_TEXT)) {
                        parts.add(ANY_TEXT);
                    }
                }
                case '?' -> parts.add(_ -> true);
                case '[' -> i = addClass(points, i, parts);
                case '\\' -> {
                    i++;
                    if (i == points.length) {
                        throw bad("must not end with a backslash");
                    }
                    parts.add(only(points[i]));
                }
                default -> parts.add(only(points[i]));
            }
        }
        return parts;
    }

    private static IntPredicate only(int point) {
        return other -> other == point;
    }

    /** Returns where the class ends. */
    private static int addClass(int[] points, int open, List<IntPredicate> parts) {
        int at = open + 1;
        boolean negated = at < points.length && (points[at] == '!' || points[at] == '^');
        if (negated) {
            at++;
        }
        IntPredicate any = _ -> false;
        boolean first = true;
        while (at < points.length && (points[at] != ']' || first)) {
            first = false;
            int low = points[at];
            int high = low;
            if (at + 2 < points.length && points[at + 1] == '-' && points[at + 2] != ']') {
                high = points[at + 2];
                at += 2;
            }
            int from = low;
            int to = high;
            any = any.or(point -> point >= from && point <= to);
            at++;
        }
        if (at >= points.length) {
            throw bad("has an opening bracket that is not closed");
        }
        parts.add(negated ? any.negate() : any);
        return at;
    }

    public boolean matches(String name) {
        int[] points = name.codePoints().toArray();
        return alternatives.stream().anyMatch(parts -> matches(parts, points)) != opposite;
    }

    /** Only the last text of any length needs to be tried again: a longer one before it would win nothing. */
    private static boolean matches(List<IntPredicate> parts, int[] points) {
        int part = 0;
        int point = 0;
        int lastAny = -1;
        int taken = 0;
        while (point < points.length) {
            if (part < parts.size() && parts.get(part).equals(ANY_TEXT)) {
                lastAny = part++;
                taken = point;
            } else if (part < parts.size() && parts.get(part).test(points[point])) {
                part++;
                point++;
            } else if (lastAny >= 0) {
                part = lastAny + 1;
                point = ++taken;
            } else {
                return false;
            }
        }
        while (part < parts.size() && parts.get(part).equals(ANY_TEXT)) {
            part++;
        }
        return part == parts.size();
    }
}
