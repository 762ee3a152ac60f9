package dev.sandkeep.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.bootstrap.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeyFileTest {

    @TempDir
    Path directory;

    @Test
    void theKeyIsMadeOnceAndKept() {
        String made = ApiKeyFile.loadOrCreate(directory);

        assertThat(ApiKeyFile.loadOrCreate(directory)).isEqualTo(made).hasSizeGreaterThan(30);
    }

    @Test
    void onlyTheOwnerMayReadIt() throws IOException {
        ApiKeyFile.loadOrCreate(directory);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("api-key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatAnInterruptedStartLeftIsNoObstacle() throws IOException {
        Files.writeString(directory.resolve("api-key.new"), "half a k");

        assertThat(ApiKeyFile.loadOrCreate(directory)).startsWith("sk_");
    }

    @Test
    void anEmptyFileIsToldWithWhatToDo() throws IOException {
        Files.writeString(directory.resolve("api-key"), "\n");

        assertThatThrownBy(() -> ApiKeyFile.loadOrCreate(directory))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("delete it");
    }
}
