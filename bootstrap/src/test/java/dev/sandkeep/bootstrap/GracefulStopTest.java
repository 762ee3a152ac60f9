package dev.sandkeep.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GracefulStopTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void whoeverWaitsForASandboxIsAnsweredWithItAsItIs() {
        try (ServerOnFakes server = new ServerOnFakes(directory)) {
            server.runtime.launches().close();
            CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(
                    () -> server.post("/v1/sandboxes", ServerOnFakes.SANDBOX, "Prefer", "wait=60"));
            await().atMost(SOON).until(() -> server.repository.listLive().size() == 1);

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::stop);

            HttpResponse<String> answer = waiting.join();
            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(answer.body()).contains("\"state\":\"Pending\"");
            server.runtime.launches().open();
            stopped.join();
        }
    }

    @Test
    void aServerThatIsBeingStoppedSaysSoWhileItStillServes() {
        try (ServerOnFakes server = new ServerOnFakes(directory, "SANDKEEP_HTTP_DRAIN_SECONDS", "3")) {
            await().atMost(SOON).until(() -> server.get("/health/ready").statusCode() == 200);

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::stop);

            await().atMost(SOON).until(() -> server.get("/health/ready").statusCode() == 503);
            assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(server.get("/v1/sandboxes").statusCode()).isEqualTo(200);
            stopped.join();
        }
    }
}
