package dev.sandkeep.domain.exec;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What code can be written in. */
public enum CodeLanguage {
    /** Needs {@code python3} in the image. */
    PYTHON("python", "python3"),
    /** Is done by {@code sh} where there is no {@code bash}. */
    BASH("bash", "bash or sh"),
    /** Needs {@code node} in the image. */
    JAVASCRIPT("javascript", "node");

    private final String word;
    private final String program;

    CodeLanguage(String word, String program) {
        this.word = word;
        this.program = program;
    }

    public String word() {
        return word;
    }

    /** What the image must have. */
    public String program() {
        return program;
    }

    /**
     * The language that is called this.
     *
     * @param field what it is called where it was sent
     * @throws InvalidValue if there is none; the message has all
     */
    public static CodeLanguage parse(String field, String text) {
        return Arrays.stream(values())
                .filter(language -> language.word.equals(text))
                .findFirst()
                .orElseThrow(() -> new InvalidValue(
                        field,
                        "must be one of "
                                + Arrays.stream(values())
                                        .map(CodeLanguage::word)
                                        .collect(Collectors.joining(", "))));
    }
}
