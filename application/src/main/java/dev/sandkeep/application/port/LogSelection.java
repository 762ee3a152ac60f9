package dev.sandkeep.application.port;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a log is wanted: its end, as far as both limits allow.
 *
 * @param lines the most lines, from 1 to {@value #MAX_LINES}
 * @param bytes the most bytes, from 1 to {@value #MAX_BYTES}; the first line that does not fit whole is left out
 * @param since only what was written at that time or later, or null for all
 */
public record LogSelection(int lines, int bytes, @Nullable Instant since) {

    public static final int MAX_LINES = 10_000;
    public static final int MAX_BYTES = 1024 * 1024;

    public LogSelection {
        if (lines < 1 || lines > MAX_LINES || bytes < 1 || bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "A part of a log must be within " + MAX_LINES + " lines and " + MAX_BYTES + " bytes");
        }
    }
}
