package dev.sandkeep.bootstrap;

import dev.sandkeep.bootstrap.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The directory that holds the database and the keys. */
final class DataDirectory {

    private DataDirectory() {}

    /** Makes it if it is missing, readable by its owner only. */
    static void prepare(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException failed) {
            throw new ConfigException("data.dir: " + directory + " cannot be created", failed);
        }
    }
}
