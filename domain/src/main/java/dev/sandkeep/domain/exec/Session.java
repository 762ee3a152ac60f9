package dev.sandkeep.domain.exec;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What several commands share: each begins in the directory and with the exported variables that the one before left.
 *
 * @param id 32 hexadecimal digits
 * @param directory where the first one begins, or null for where the entry process began
 */
public record Session(String id, @Nullable String directory) {

    /** How many may be in one sandbox. */
    public static final int MOST = 64;

    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    public Session {
        if (!isId(id)) {
            throw new IllegalArgumentException("The id of a session is 32 hexadecimal digits, not " + id);
        }
        directory = directory != null && directory.isEmpty() ? null : directory;
    }

    /** Whether it can be the id of one. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }
}
