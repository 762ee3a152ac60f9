package dev.sandkeep.domain.volume;

import dev.sandkeep.domain.problem.InvalidValue;

/** A directory within a volume, relative to its root. Whether a symbolic link leads out is checked where it is used. */
public record SubPath(String value) {

    public SubPath {
        if (value.isEmpty() || value.startsWith("/") || value.length() > MountPath.MAX_LENGTH) {
            throw new InvalidValue(
                    "subPath", "must be a relative path of at most " + MountPath.MAX_LENGTH + " characters");
        }
        MountPath.checkCharacters("subPath", value);
    }
}
