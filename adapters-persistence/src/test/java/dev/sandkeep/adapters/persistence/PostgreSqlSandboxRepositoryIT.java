package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.PrivateImages;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.testkit.contract.PrivateImagesContract;
import dev.sandkeep.testkit.contract.SandboxRepositoryContract;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

final class PostgreSqlSandboxRepositoryIT implements SandboxRepositoryContract, PrivateImagesContract {

    private static PostgreSqlServer server;
    private static DatabaseUnderTest database;

    @BeforeAll
    static void open() throws IOException {
        server = PostgreSqlServer.start();
        database = new DatabaseUnderTest(server.storage(), DatabaseUnderTest.KEY);
    }

    @AfterAll
    static void close() throws IOException {
        if (database != null) {
            database.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Override
    public SandboxRepository repository() {
        return database.sandboxes();
    }

    @Override
    public PrivateImages privateImages() {
        return database.privateImages();
    }
}
