package dev.sandkeep.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DockerConfigTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "Main", "a_b", "-a", "a-", "a b"})
    void anInstanceNameIsAlsoFitForANetworkName(String instance) {
        assertThatThrownBy(() -> DockerConfig.standard(instance))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("instance");
    }

    @Test
    void theConfiguredEngineComesFirstThenTheEnvironment() {
        URI configured = URI.create("tcp://engine:2375");

        assertThat(EngineAddress.find(configured, "unix:///other.sock", null)).isEqualTo(configured);
        assertThat(EngineAddress.find(null, "unix:///other.sock", null)).isEqualTo(URI.create("unix:///other.sock"));
    }

    @Test
    void anEngineThatIsStartedLaterIsExpectedWhereDockerListens(@TempDir Path empty) {
        boolean podman = Files.exists(Path.of("/run/podman/podman.sock"));
        boolean docker = Files.exists(Path.of("/var/run/docker.sock"));

        assertThat(EngineAddress.find(null, "", empty.toString()))
                .isEqualTo(URI.create(
                        podman && !docker ? "unix:///run/podman/podman.sock" : "unix:///var/run/docker.sock"));
    }
}
