package dev.sandkeep.bootstrap.config;

import java.util.Locale;
import java.util.function.Function;

/**
 * One key of the configuration.
 *
 * @param key its name in the file, for example {@code http.port}
 * @param fallback its default, as it would be written; empty for none
 * @param allowed what may be written, for people
 * @param meaning what it does, for people
 * @param secret whether its value must never be shown
 * @param parser turns text into the value; throws IllegalArgumentException for what is not allowed
 */
record Setting<T>(
        String key, String fallback, String allowed, String meaning, boolean secret, Function<String, T> parser) {

    /** The environment variable that overrides the file. */
    String variable() {
        return "SANDKEEP_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    T parse(String text) {
        try {
            return parser.apply(text.strip());
        } catch (IllegalArgumentException notAllowed) {
            throw new ConfigException(key + " (" + variable() + ") must be " + allowed);
        }
    }
}
