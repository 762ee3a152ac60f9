package dev.sandkeep.adapters.persistence;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

final class H2SandboxRepositoryTest extends DatabaseContracts {

    @TempDir
    static Path directory;

    private static DatabaseUnderTest database;
    private static DatabaseUnderTest ofAnotherServer;

    @BeforeAll
    static void open() {
        database = DatabaseUnderTest.h2(directory);
        ofAnotherServer = DatabaseUnderTest.h2(directory);
    }

    @AfterAll
    static void close() {
        ofAnotherServer.close();
        database.close();
    }

    @Override
    public DatabaseUnderTest database() {
        return database;
    }

    @Override
    DatabaseUnderTest databaseOfAnotherServer() {
        return ofAnotherServer;
    }

    /** Every statement goes to disk, so that these take longer than those in memory. */
    @Override
    public int races() {
        return 2_000;
    }
}
