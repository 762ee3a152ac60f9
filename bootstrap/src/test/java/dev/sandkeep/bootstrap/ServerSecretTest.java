package dev.sandkeep.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.bootstrap.config.ServerConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerSecretTest {

    private static final String GIVEN = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    @TempDir
    Path directory;

    @Test
    void theConfiguredSecretIsUsedAndNothingIsWritten() {
        Path data = directory.resolve("data");

        assertThat(ServerSecret.of(ServerConfig.from(
                                Map.of("SANDKEEP_DATA_DIR", data.toString(), "SANDKEEP_SECRET_KEY", GIVEN)))
                        .getEncoded())
                .isEqualTo("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        assertThat(data).doesNotExist();
    }

    @Test
    void withoutOneTheSecretIsThatOfTheDataDirectory() throws Exception {
        ServerConfig config = ServerConfig.from(Map.of("SANDKEEP_DATA_DIR", directory.toString()));

        assertThat(ServerSecret.of(config).getEncoded()).isEqualTo(Files.readAllBytes(directory.resolve("secret.key")));
    }
}
