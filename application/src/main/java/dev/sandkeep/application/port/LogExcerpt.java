package dev.sandkeep.application.port;

import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * The end of what the entry process of a sandbox wrote, both streams as they came.
 *
 * @param text lines, each beginning with the time at which it was written (RFC 3339 in UTC) and a space, ending with a
 *     line feed; holds whatever the process wrote, which may be a secret of its user
 * @param truncated whether there was more before it
 */
public record LogExcerpt(String text, boolean truncated) {

    /** The last lines of it. */
    public LogExcerpt last(int lines) {
        int from = text.length();
        for (int i = 0; i < lines && from > 0; i++) {
            from = text.lastIndexOf('\n', from - 2) + 1;
        }
        return from == 0 ? this : new LogExcerpt(text.substring(from), true);
    }

    /** What was written at that time or later. */
    public LogExcerpt since(Instant time) {
        int from = 0;
        while (from < text.length() && isBefore(from, time)) {
            from = text.indexOf('\n', from) + 1;
        }
        return from == 0 ? this : new LogExcerpt(text.substring(from), false);
    }

    private boolean isBefore(int line, Instant time) {
        try {
            return Instant.parse(text.substring(line, text.indexOf(' ', line))).isBefore(time);
        } catch (DateTimeParseException | StringIndexOutOfBoundsException noTime) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "LogExcerpt[" + text.length() + " characters]";
    }
}
