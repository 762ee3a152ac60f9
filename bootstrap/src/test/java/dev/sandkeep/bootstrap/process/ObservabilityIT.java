package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the real server process writes for machines to read. */
class ObservabilityIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SANDBOX = """
            {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 600, "resourceLimits": {"memory": "64Mi"},
             "entrypoint": ["sleep", "1000"], "env": {"TOKEN": "of-the-sandbox"}}""";

    @RegisterExtension
    final ServerOnEngine on =
            ServerOnEngine.named("observe").with("SANDKEEP_LOG_FORMAT", "json").started();

    private final ServerProcess server = on.server;

    @Test
    void everyLineOfTheLogIsJsonAndCarriesWhatItIsAbout() {
        String id = server.create(SANDBOX, "Prefer", "wait=30", "X-Request-ID", "the-create")
                .id();
        await().atMost(Duration.ofSeconds(30)).until(() -> server.delete(id).status() == 404);

        List<JsonNode> lines = server.readLog()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(ObservabilityIT::parse)
                .toList();

        assertThat(lines).isNotEmpty();
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.path("formattedMessage").asText()).contains("POST /v1/sandboxes 202");
            assertThat(line.path("mdc").path("requestId").asText()).isEqualTo("the-create");
            assertThat(line.path("mdc").path("caller").asText()).isEqualTo("default");
        });
        // Written by the thread that makes the sandbox, and found under the request that asked for it.
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.path("formattedMessage").asText()).isEqualTo("Sandbox " + id + " is Running");
            assertThat(line.path("mdc").path("sandboxId").asText()).isEqualTo(id);
            assertThat(line.path("mdc").path("requestId").asText()).isEqualTo("the-create");
        });
        assertThat(server.readLog()).doesNotContain("of-the-sandbox", ServerProcess.API_KEY);
    }

    @Test
    void nothingButJsonAndTheGreetingIsWritten() {
        server.create(SANDBOX, "Prefer", "wait=30");
        server.stop();

        String[] parts = server.readLog().split("Sandkeep is ready", 2);

        assertThat(parts[0].strip().lines()).allSatisfy(line -> assertThat(line).startsWith("{"));
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException notJson) {
            throw new UncheckedIOException(line, notJson);
        }
    }
}
