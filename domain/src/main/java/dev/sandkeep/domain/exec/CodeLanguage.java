package dev.sandkeep.domain.exec;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.regex.Pattern;

/**
 * What code can be written in. Three are for every image with their interpreter; which others there are, is up to the
 * sandbox.
 *
 * @param word as kernels of Jupyter call it, in small letters
 */
public record CodeLanguage(String word) {

    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9+#._-]{0,31}");
    private static final String RULE = "must be the name of a language in small letters, python for example";

    public static final CodeLanguage PYTHON = new CodeLanguage("python");
    public static final CodeLanguage BASH = new CodeLanguage("bash");
    public static final CodeLanguage JAVASCRIPT = new CodeLanguage("javascript");

    public CodeLanguage {
        if (!WORD.matcher(word).matches()) {
            throw new InvalidValue("language", RULE);
        }
    }

    /**
     * The language that is called this.
     *
     * @param field what it is called where it was sent
     * @throws InvalidValue if it cannot be the name of one
     */
    public static CodeLanguage parse(String field, String text) {
        if (!WORD.matcher(text).matches()) {
            throw new InvalidValue(field, RULE);
        }
        return new CodeLanguage(text);
    }
}
