package dev.sandkeep.adapters.persistence;

import java.nio.file.Path;

/** Another process has the database file open. */
public final class DatabaseInUse extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DatabaseInUse(Path dataDirectory, Throwable cause) {
        super(
                "Another server uses the data directory " + dataDirectory + ". Stop it, or give this one a directory of"
                        + " its own; several servers can share a PostgreSQL database only",
                cause);
    }
}
