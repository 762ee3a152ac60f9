package dev.sandkeep.domain.exec;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what with a file, as far as it is to be changed.
 *
 * @param mode permission bits, or null to leave them
 * @param owner a name or a number, or null to leave it
 * @param group the same
 */
public record FilePermissions(
        @Nullable Integer mode,
        @Nullable String owner,
        @Nullable String group) {

    public static final FilePermissions UNCHANGED = new FilePermissions(null, null, null);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");
    private static final Pattern OCTAL = Pattern.compile("[0-7]{1,4}");

    public FilePermissions {
        requireName("owner", owner);
        requireName("group", group);
    }

    private static void requireName(String field, @Nullable String name) {
        if (name != null && !NAME.matcher(name).matches()) {
            throw new InvalidValue(field, "must be the name or the number of a user or group");
        }
    }

    /** Reads a mode whose decimal digits are meant as octal ones, 755 for example; 0 leaves it. */
    public static @Nullable Integer modeOf(@Nullable Long digits) {
        if (digits == null || digits == 0) {
            return null;
        }
        if (!OCTAL.matcher(digits.toString()).matches()) {
            throw new InvalidValue("mode", "must be octal digits, 755 for example");
        }
        return Integer.valueOf(digits.toString(), 8);
    }
}
