package dev.sandkeep.adapters.persistence;

import java.nio.file.Path;
import java.util.Objects;
import javax.crypto.SecretKey;

/**
 * Where and how to remember sandboxes.
 *
 * @param poolSize how many connections are held
 * @param secretKey seals what must not be readable at rest, see {@link SecretKeyFile}
 */
public record PersistenceConfig(Storage storage, int poolSize, SecretKey secretKey) {

    public PersistenceConfig {
        Objects.requireNonNull(storage, "storage");
        Objects.requireNonNull(secretKey, "secretKey");
        if (poolSize < 1 || poolSize > 1000) {
            throw new IllegalArgumentException("poolSize must be 1 to 1000");
        }
    }

    @Override
    public String toString() {
        return "PersistenceConfig[" + storage + ", poolSize=" + poolSize + ", secretKey=***]";
    }

    /** The database. */
    public sealed interface Storage {}

    /**
     * An H2 database within this process, in the file {@code sandkeep.mv.db}.
     *
     * @param dataDirectory made if it is not there
     */
    public record H2(Path dataDirectory) implements Storage {

        public H2 {
            dataDirectory = dataDirectory.toAbsolutePath().normalize();
            if (dataDirectory.toString().indexOf(';') >= 0) {
                throw new IllegalArgumentException("The data directory must not contain a semicolon, which H2 reads as"
                        + " the end of the path: " + dataDirectory);
            }
        }
    }

    /**
     * A PostgreSQL database of ours alone.
     *
     * @param url for example {@code jdbc:postgresql://db.example.com/sandkeep}
     */
    public record PostgreSql(String url, String user, String password) implements Storage {

        private static final String SCHEME = "jdbc:postgresql:";

        public PostgreSql {
            if (!url.startsWith(SCHEME)) {
                throw new IllegalArgumentException("The database URL must begin with " + SCHEME);
            }
            if (user.isBlank()) {
                throw new IllegalArgumentException("The database user must be given");
            }
        }

        /** The parameters of the URL may hold a password, too. */
        @Override
        public String toString() {
            int parameters = url.indexOf('?');
            String shown = parameters < 0 ? url : url.substring(0, parameters) + "?***";
            return "PostgreSql[" + shown + ", user=" + user + ", password=***]";
        }
    }
}
