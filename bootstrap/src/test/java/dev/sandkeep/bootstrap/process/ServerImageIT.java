package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The image of the server, started as the chart starts it: without a right, on files that cannot be written. */
class ServerImageIT {

    private static final Path NAME = Path.of("target", "image", "name");
    private static final String SECRET_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private final String container = "image-" + UUID.randomUUID();
    private final HttpClient client = HttpClient.newHttpClient();
    private EngineProxy proxy;
    private EngineView engine;
    private String image;

    @BeforeEach
    void connect() throws IOException {
        assertThat(NAME).as("the name of the image; ./test makes it").exists();
        image = Files.readString(NAME).strip();
        proxy = EngineProxy.before(Path.of("/var/run/docker.sock"));
        engine = new EngineView(proxy.url(), container);
    }

    @AfterEach
    void remove() throws IOException {
        engine.ask("DELETE", "/containers/" + container + "?force=true");
        engine.close();
        proxy.close();
        client.close();
    }

    private void start(String environment) {
        JsonNode created =
                engine.ask("POST", "/containers/create?name=" + container, """
                {"Image": "%s", "Env": [%s],
                 "HostConfig": {"ReadonlyRootfs": true, "CapDrop": ["ALL"], "SecurityOpt": ["no-new-privileges"],
                                "Memory": 402653184, "Tmpfs": {"/tmp": "rw,size=64m,mode=1777"}}}""".formatted(image, environment));
        assertThat(created.path("Id").asText()).as(created.toString()).isNotEmpty();
        engine.ask("POST", "/containers/" + container + "/start");
    }

    private String address() {
        return "http://"
                + engine.inspect(container)
                        .path("NetworkSettings")
                        .path("IPAddress")
                        .asText()
                + ":8080";
    }

    private int status(String path) {
        try {
            return client.send(
                            HttpRequest.newBuilder(URI.create(address() + path)).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (ConnectException notYet) {
            return 0;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while asking the server", stopped);
        }
    }

    private boolean isRunning() {
        return engine.inspect(container).path("State").path("Running").asBoolean();
    }

    @Test
    void theServerRunsWithoutRightsOnFilesThatCannotBeWritten() {
        start(
                "\"SANDKEEP_HTTP_HOST=0.0.0.0\", \"SANDKEEP_API_KEY=a-key-for-the-tests-only\", \"SANDKEEP_DATABASE_SECRET_KEY="
                        + SECRET_KEY + "\", \"SANDKEEP_DATA_DIR=/tmp/data\"");

        await("the server in the image answers")
                .atMost(Duration.ofSeconds(60))
                .until(() -> !isRunning() || status("/health/live") == 200);

        assertThat(isRunning()).isTrue();
        assertThat(status("/v1/sandboxes")).isEqualTo(401);
    }

    @Test
    void itStopsWhenItIsAsked() {
        start(
                "\"SANDKEEP_HTTP_HOST=0.0.0.0\", \"SANDKEEP_API_KEY=a-key-for-the-tests-only\", \"SANDKEEP_DATABASE_SECRET_KEY="
                        + SECRET_KEY + "\", \"SANDKEEP_DATA_DIR=/tmp/data\"");
        await("the server in the image answers")
                .atMost(Duration.ofSeconds(60))
                .until(() -> !isRunning() || status("/health/live") == 200);

        engine.ask("POST", "/containers/" + container + "/stop?t=30");

        // 137 would be the kill after the wait; 143 is how a JVM ends on SIGTERM.
        assertThat(engine.inspect(container).path("State").path("ExitCode").asInt())
                .isEqualTo(143);
    }

    @Test
    void theImageHoldsNoUserThatMayEverythingAndNoShell() {
        JsonNode described = engine.ask("GET", "/images/" + image + "/json");

        assertThat(described.path("Config").path("User").asText()).isEqualTo("65532:65532");
        assertThat(described.path("Config").path("Entrypoint").path(0).asText()).isEqualTo("/opt/java/bin/java");
        engine.ask("POST", "/containers/create?name=" + container, "{\"Image\": \"" + image + "\"}");
        assertThat(engine.hasFile(container, "/opt/sandkeep/sandkeep.jar")).isTrue();
        assertThat(engine.hasFile(container, "/bin/sh")).isFalse();
    }
}
