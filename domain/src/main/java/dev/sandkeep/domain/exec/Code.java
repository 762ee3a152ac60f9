package dev.sandkeep.domain.exec;

import dev.sandkeep.domain.problem.Problems;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A piece of code that is to run in a context.
 *
 * @param contextId the context, or null for the one of the language that is there without being made
 * @param language null if the context says it
 * @param directory where a context that is made for it begins, or null for where the entry process began
 * @param timeout after which it is interrupted, and ended if that does not help; zero for never
 */
public record Code(
        String text,
        @Nullable String contextId,
        @Nullable CodeLanguage language,
        @Nullable String directory,
        Duration timeout) {

    public static final int MAX_BYTES = 1024 * 1024;

    public Code {
        Problems problems = new Problems();
        if (text.isEmpty()) {
            problems.add("code", "must not be empty");
        } else if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            problems.add("code", "must be at most " + MAX_BYTES + " bytes in UTF-8; put longer code into a file");
        }
        if (timeout.isNegative()) {
            problems.add("timeout", "must be a whole number of milliseconds, 0 for none");
        }
        if (contextId == null && language == null) {
            problems.add("context", "must have a language or an id");
        }
        problems.throwIfAny();
    }

    /** After how long it is interrupted; nothing if never. */
    public Optional<Duration> limit() {
        return timeout.isZero() ? Optional.empty() : Optional.of(timeout);
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return "Code[***]";
    }
}
