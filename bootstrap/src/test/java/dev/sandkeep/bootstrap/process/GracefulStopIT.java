package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.EngineProxy.Moment;
import dev.sandkeep.bootstrap.process.EngineProxy.Trap;
import dev.sandkeep.bootstrap.process.ServerProcess.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The real server process is told to stop in the middle of its work. */
class GracefulStopIT {

    private static final String SANDBOX = """
            {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 600, "resourceLimits": {"memory": "64Mi"},
             "entrypoint": ["sleep", "1000"]}""";
    private static final int ENDED_BY_SIGTERM = 143;
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension
    final ServerOnEngine on = ServerOnEngine.named("stop").started();

    private final EngineProxy proxy = on.proxy;
    private final EngineView engine = on.engine;
    private final ServerProcess server = on.server;

    @Test
    void whatWasAcceptedIsAnsweredAndGoneOnWithAtTheNextStart() throws IOException, InterruptedException {
        CountDownLatch stopping = new CountDownLatch(1);
        // The server is told to stop at the moment in which it makes a container.
        proxy.set(new Trap(Pattern.compile("^POST .*/containers/create"), Moment.AS_THE_REQUEST_PASSES, () -> {
            server.terminate();
            stopping.countDown();
        }));
        List<CompletableFuture<Answer>> held = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                held.add(CompletableFuture.supplyAsync(() -> server.create(SANDBOX, "Prefer", "wait=60"), clients));
            }
            assertThat(stopping.await(60, TimeUnit.SECONDS)).isTrue();
            // One that arrived while the server was stopping is refused, or finds nobody; an accepted one is answered.
            held.forEach(answer -> await().atMost(SOON).until(answer::isDone));
        }
        List<String> accepted = held.stream()
                .filter(answer -> !answer.isCompletedExceptionally())
                .map(CompletableFuture::join)
                .filter(answer -> answer.status() == 202)
                .map(Answer::id)
                .toList();
        assertThat(accepted).isNotEmpty();
        assertThat(server.awaitExit()).isEqualTo(ENDED_BY_SIGTERM);

        server.start();

        for (String id : accepted) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(server.get(id).state()).isEqualTo("Running"));
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(engine.containers())
                        .containsExactlyInAnyOrderElementsOf(server.listIds().stream()
                                .map(id -> "sandkeep-" + id)
                                .toList()));
        assertThat(server.listIds()).containsAll(accepted);
    }

    @Test
    void aDeletionThatIsUnderWayIsFinishedAndAnswered() throws IOException, InterruptedException {
        String id = server.create(SANDBOX, "Prefer", "wait=30").id();
        CountDownLatch stopping = new CountDownLatch(1);
        proxy.set(new Trap(Pattern.compile("^DELETE .*/containers/"), Moment.AS_THE_REQUEST_PASSES, () -> {
            server.terminate();
            stopping.countDown();
        }));

        Answer deleted = server.delete(id);

        assertThat(deleted.status()).isEqualTo(204);
        assertThat(stopping.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(server.awaitExit()).isEqualTo(ENDED_BY_SIGTERM);
        assertThat(engine.containers()).isEmpty();
        server.start();
        assertThat(server.get(id).status()).isEqualTo(404);
    }

    @Test
    void streamsFromSandboxesDoNotHoldUpTheEnd() throws IOException {
        String id = server.create(ProxyIT.request(), "Prefer", "wait=30").id();
        try (HttpClient client = HttpClient.newHttpClient();
                BufferedReader stream = talk(client, id)) {
            assertThat(stream.readLine()).isEqualTo("data: hello");

            server.terminate();

            assertThat(server.awaitExit()).isEqualTo(ENDED_BY_SIGTERM);
            assertThatThrownBy(() ->
                            stream.lines().forEach(line -> assertThat(line).isIn("data: hello", "")))
                    .as("a stream that was cut off is told from one that ended")
                    .isInstanceOf(UncheckedIOException.class);
        }
        server.start();
        try (HttpClient client = HttpClient.newHttpClient();
                BufferedReader stream = talk(client, id)) {
            assertThat(stream.readLine()).as("the sandbox went on").isEqualTo("data: hello");
        }
    }

    /** Connects to the endless stream of a sandbox, as soon as it listens. */
    private BufferedReader talk(HttpClient client, String id) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + server.address() + "/sandboxes/" + id + "/proxy/8000/stream"))
                .header("OPEN-SANDBOX-API-KEY", ServerProcess.API_KEY)
                .build();
        HttpResponse<InputStream> stream = await().atMost(SOON)
                .until(() -> client.send(request, BodyHandlers.ofInputStream()), answer -> answer.statusCode() == 200);
        return new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
    }

    @Test
    void aServerThatIsBeingStoppedSaysSoWhileItStillServes() throws IOException {
        server.stop();
        server.with("SANDKEEP_HTTP_DRAIN_SECONDS", "5").start();
        await().atMost(SOON).until(() -> server.readiness() == 200);

        server.terminate();

        await().atMost(SOON).until(() -> server.readiness() == 503);
        assertThat(server.create(SANDBOX).status()).isEqualTo(202);
        assertThat(server.awaitExit()).isEqualTo(ENDED_BY_SIGTERM);
    }
}
