package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.PrivateImages;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.testkit.contract.PrivateImagesContract;
import dev.sandkeep.testkit.contract.SandboxRepositoryContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class H2SandboxRepositoryTest implements SandboxRepositoryContract, PrivateImagesContract {

    @TempDir
    static Path directory;

    private static DatabaseUnderTest database;

    @BeforeAll
    static void open() {
        database = DatabaseUnderTest.h2(directory);
    }

    @AfterAll
    static void close() {
        database.close();
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
