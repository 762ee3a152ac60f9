package dev.sandkeep.domain.exec;

import java.time.Instant;

/**
 * A file of a sandbox, or what else has a path. Of a symbolic link it tells of the link itself.
 *
 * @param path absolute
 * @param size in bytes
 * @param changedAt when its inode was changed last
 * @param owner a name, or a number where the sandbox has no name for it
 * @param group the same
 * @param mode the permission bits, with those for setuid, setgid and sticky
 */
public record FileEntry(
        String path,
        Kind kind,
        long size,
        Instant modifiedAt,
        Instant changedAt,
        String owner,
        String group,
        int mode) {

    /** What it is. */
    public enum Kind {
        FILE,
        DIRECTORY,
        SYMLINK,
        OTHER
    }

    /** The last part of its path. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
