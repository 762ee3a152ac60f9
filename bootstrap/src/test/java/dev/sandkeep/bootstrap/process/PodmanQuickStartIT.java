package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.ServerProcess.Answer;
import dev.sandkeep.testkit.fixture.PodmanEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What README shows, with Podman in place of Docker; the server is where Podman's containers can be reached. */
@ExtendWith(PodmanEngine.class)
@Isolated("It lays the only cable")
class PodmanQuickStartIT {

    private static final String README_REQUEST = """
            {
              "image": { "uri": "python:3.11" },
              "timeout": 600,
              "resourceLimits": { "cpu": "500m", "memory": "512Mi" },
              "entrypoint": ["python", "-m", "http.server", "8000"]
            }""";

    @TempDir
    Path directory;

    @Test
    void aSandboxIsMadeReachedUsedAndEnded() throws IOException {
        PodmanEngine.copyFromDocker("python:3.11");
        try (Cable _ = Cable.from(PodmanEngine.namespace());
                EngineProxy proxy =
                        EngineProxy.before(Path.of(PodmanEngine.address().getPath()));
                EngineView engine = new EngineView(proxy.url(), "podman");
                ServerProcess server = new ServerProcess(
                        directory, "podman", PodmanEngine.address().toString())) {
            server.inNamespace(PodmanEngine.namespace(), Cable.ENGINE).start();

            Answer created = server.create(README_REQUEST, "Prefer", "wait=30");
            assertThat(created.status()).isEqualTo(202);
            assertThat(created.state()).isEqualTo("Running");
            String id = created.id();
            assertThat(engine.containers()).containsExactly("sandkeep-" + id);

            await("the service in the sandbox listens")
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(server.text("GET", "/sandboxes/" + id + "/proxy/8000/"))
                            .contains("Directory listing"));
            assertThat(command(server, id, "echo from $0; exit 3"))
                    .contains("\"stdout\"", "\"from ", "\"evalue\":\"3\"");
            assertThat(server.get(id).state()).isEqualTo("Running");

            assertThat(server.delete(id).status()).isEqualTo(204);
            assertThat(server.get(id).status()).isEqualTo(404);
            assertThat(engine.containers()).isEmpty();
        }
    }

    private static String command(ServerProcess server, String id, String command) {
        return server.send(
                        "POST",
                        "/sandboxes/" + id + "/proxy/44772/command",
                        "{\"command\": \"" + command + "\"}",
                        Map.of())
                .response()
                .body();
    }
}
