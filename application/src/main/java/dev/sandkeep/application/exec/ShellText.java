package dev.sandkeep.application.exec;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Texts of somebody else as words of a shell program, which cannot break out of their places. */
public final class ShellText {

    private static final Pattern EXPANSION =
            Pattern.compile("\\$(?:\\{([A-Za-z_][A-Za-z0-9_]*)}|([A-Za-z_][A-Za-z0-9_]*))");

    private ShellText() {}

    /** One word that is exactly this text. */
    public static String quote(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /**
     * A path as a word.
     *
     * @param word what the shell makes the path of; begins with a slash or {@code ./} when expanded, or is a bare
     *     {@code ~}, so that no program takes it for an option
     * @param variables the variables that it is made of, which must be set
     */
    public record PathWord(String word, List<String> variables) {

        public PathWord {
            variables = List.copyOf(variables);
        }

        /** A shell condition that holds if all variables are set. */
        public String condition() {
            return variables.isEmpty()
                    ? "true"
                    : variables.stream()
                            .map(name -> "[ -n \"${" + name + "+x}\" ]")
                            .collect(Collectors.joining(" && "));
        }
    }

    /**
     * Reads a path as the public API means it: a leading {@code ~}, {@code $NAME} and <code>${NAME}</code> stand for what
     * the sandbox has there, everything else for itself.
     *
     * @param field what the path is called where it was sent
     */
    public static PathWord path(String field, String path) {
        if (path.isEmpty() || path.indexOf('\0') >= 0) {
            throw new InvalidValue(field, "must be a path without NUL characters, and not empty");
        }
        StringBuilder word = new StringBuilder();
        List<String> variables = new ArrayList<>();
        int from = 0;
        if (path.equals("~") || path.startsWith("~/")) {
            word.append("\"${HOME}\"");
            variables.add("HOME");
            from = 1;
        } else if (path.startsWith("-")) {
            word.append("./");
        }
        Matcher expansion = EXPANSION.matcher(path).region(from, path.length());
        while (expansion.find()) {
            appendQuoted(path.substring(from, expansion.start()), word);
            String name = expansion.group(1) == null ? expansion.group(2) : expansion.group(1);
            word.append("\"${").append(name).append("}\"");
            variables.add(name);
            from = expansion.end();
        }
        appendQuoted(path.substring(from), word);
        return new PathWord(word.toString(), variables);
    }

    private static void appendQuoted(String literal, StringBuilder word) {
        if (!literal.isEmpty()) {
            word.append(quote(literal));
        }
    }
}
