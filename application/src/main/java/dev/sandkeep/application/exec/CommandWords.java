package dev.sandkeep.application.exec;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command into a program and its arguments, for sandboxes that have no shell to do it: at blanks, with the three
 * ways of quoting of a shell, and nothing else. What would mean more to a shell is refused, rather than taken for
 * something else than was meant.
 */
final class CommandWords {

    /** What a shell does something with wherever it is. */
    private static final String SPECIAL = "|&;<>()$`*?[]\n";

    /** What it does something with at the beginning of a word. */
    private static final String SPECIAL_FIRST = "~#!{";

    private final String text;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean within;
    private int at;

    private CommandWords(String text) {
        this.text = text;
    }

    /**
     * The words of a command.
     *
     * @throws InvalidValue if it needs a shell, or there is no word in it
     */
    static List<String> split(String command) {
        return new CommandWords(command).split();
    }

    private List<String> split() {
        while (at < text.length()) {
            char next = text.charAt(at++);
            switch (next) {
                case ' ', '\t' -> end();
                case '\'' -> single();
                case '"' -> quoted();
                case '\\' -> add(escaped());
                default -> {
                    if (SPECIAL.indexOf(next) >= 0
                            || (!within && SPECIAL_FIRST.indexOf(next) >= 0)
                            || (next == '=' && words.isEmpty())) {
                        throw needsShell(next);
                    }
                    add(next);
                }
            }
        }
        end();
        if (words.isEmpty()) {
            throw new InvalidValue("command", "must name a program");
        }
        return List.copyOf(words);
    }

    private void add(char next) {
        within = true;
        word.append(next);
    }

    private void end() {
        if (within) {
            words.add(word.toString());
            word.setLength(0);
            within = false;
        }
    }

    private char escaped() {
        if (at == text.length() || text.charAt(at) == '\n') {
            throw needsShell('\\');
        }
        return text.charAt(at++);
    }

    private void single() {
        int end = text.indexOf('\'', at);
        if (end < 0) {
            throw open('\'');
        }
        within = true;
        word.append(text, at, end);
        at = end + 1;
    }

    private void quoted() {
        within = true;
        while (at < text.length()) {
            char next = text.charAt(at++);
            switch (next) {
                case '"' -> {
                    return;
                }
                case '$', '`' -> throw needsShell(next);
                case '\\' -> {
                    char after = at < text.length() ? text.charAt(at) : ' ';
                    if ("\"\\$`".indexOf(after) >= 0) {
                        at++;
                        word.append(after);
                    } else {
                        word.append('\\');
                    }
                }
                default -> word.append(next);
            }
        }
        throw open('"');
    }

    private static InvalidValue needsShell(char character) {
        String named = character == '\n' ? "a new line" : String.valueOf(character);
        return new InvalidValue(
                "command",
                "must be a program and its arguments, since this image has no shell: " + named
                        + " must be quoted, and means nothing then");
    }

    private static InvalidValue open(char quote) {
        return new InvalidValue("command", "must have a closing " + quote);
    }
}
