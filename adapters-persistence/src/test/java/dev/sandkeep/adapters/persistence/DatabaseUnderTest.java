package dev.sandkeep.adapters.persistence;

import dev.sandkeep.adapters.persistence.PersistenceConfig.H2;
import dev.sandkeep.adapters.persistence.PersistenceConfig.PostgreSql;
import dev.sandkeep.adapters.persistence.PersistenceConfig.Storage;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** An open database, with a back door for tests. */
final class DatabaseUnderTest implements AutoCloseable {

    static final SecretKey KEY = keyOf(1);
    static final SecretKey ANOTHER_KEY = keyOf(2);

    private final Storage storage;
    private final Database database;

    DatabaseUnderTest(Storage storage, SecretKey key) {
        this.storage = storage;
        this.database = Database.open(new PersistenceConfig(storage, 8, key));
    }

    static DatabaseUnderTest h2(Path directory) {
        return new DatabaseUnderTest(new H2(directory), KEY);
    }

    private static SecretKey keyOf(int value) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) value;
        return new SecretKeySpec(bytes, "AES");
    }

    JdbiSandboxRepository sandboxes() {
        return database.sandboxes();
    }

    JdbiPrivateImages privateImages() {
        return database.privateImages();
    }

    /** Runs statements past the product's code. */
    void execute(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("Cannot execute " + List.of(statements), failed);
        }
    }

    private Connection connect() throws SQLException {
        return switch (storage) {
            case H2 h2 ->
                DriverManager.getConnection(
                        "jdbc:h2:file:" + h2.dataDirectory().resolve("sandkeep")
                                + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
                        "sandkeep",
                        "");
            case PostgreSql pg -> DriverManager.getConnection(pg.url(), pg.user(), pg.password());
        };
    }

    void clear() {
        execute("delete from sandbox", "delete from create_request", "delete from private_image");
    }

    @Override
    public void close() {
        database.close();
    }
}
