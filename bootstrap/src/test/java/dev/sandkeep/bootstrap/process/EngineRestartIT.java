package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.EngineProxy.Moment;
import dev.sandkeep.bootstrap.process.EngineProxy.Trap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The engine is stopped, or killed, under a running server, and comes back. It keeps no container alive over that, so this
 * is the harder case; a private engine is used, since others use the one of the machine.
 */
class EngineRestartIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    static Path engineDirectory;

    private static PrivateEngine dockerd;

    @RegisterExtension
    final ServerOnEngine on = ServerOnEngine.named("restart", dockerd.socket()).started();

    private final EngineProxy proxy = on.proxy;
    private final EngineView engine = on.engine;
    private final ServerProcess server = on.server;

    @BeforeAll
    static void startEngine() throws IOException {
        dockerd = PrivateEngine.start(engineDirectory);
        dockerd.copyImageFrom(Path.of("/var/run/docker.sock"), "sandkeep-test/busybox:1");
    }

    @AfterAll
    static void endEngine() throws IOException {
        dockerd.close();
    }

    @ParameterizedTest
    @EnumSource
    void aRunningSandboxRunsAgainWithItsFilesAndItsDeadline(PrivateEngine.End how) throws IOException {
        ServerProcess.Answer created = server.create(sandbox("date > /first; sleep 1000"), "Prefer", "wait=30");
        assertThat(created.state()).isEqualTo("Running");
        String started = startedAt(created.id());

        dockerd.restart(how, () -> {
            ServerProcess.Answer refused = server.create(sandbox("sleep 1000"));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body().path("code").asText()).isEqualTo("RUNTIME_UNAVAILABLE");
            assertThat(server.get(created.id()).state()).isEqualTo("Running");
        });

        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> {
            assertThat(engine.inspect("sandkeep-" + created.id())
                            .path("State")
                            .path("Running")
                            .asBoolean())
                    .isTrue();
            assertThat(startedAt(created.id())).isNotEqualTo(started);
        });
        ServerProcess.Answer after = server.get(created.id());
        assertThat(after.state()).isEqualTo("Running");
        assertThat(after.body().path("expiresAt")).isEqualTo(created.body().path("expiresAt"));
        assertThat(server.delete(created.id()).status()).isEqualTo(204);
        assertThat(engine.containers()).isEmpty();
    }

    /** What its memory held is lost with its processes, so that it begins anew and is Running. */
    @ParameterizedTest
    @EnumSource
    void aPausedSandboxRunsAgainWithItsFilesAndSaysSo(PrivateEngine.End how) throws IOException {
        String id = server.create(sandbox("date > /first; sleep 1000"), "Prefer", "wait=30")
                .id();
        String started = startedAt(id);
        assertThat(server.send("POST", "/v1/sandboxes/" + id + "/pause", null, Map.of())
                        .status())
                .isEqualTo(202);

        // One that is asked to stop lets a paused container run to end it, and may still be there to say so.
        List<String> meanwhile = how == PrivateEngine.End.STOPPED ? List.of("Paused", "Running") : List.of("Paused");
        dockerd.restart(how, () -> assertThat(server.get(id).state()).isIn(meanwhile));

        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> {
            assertThat(startedAt(id)).isNotEqualTo(started);
            assertThat(server.get(id).state()).isEqualTo("Running");
        });
        assertThat(engine.inspect("sandkeep-" + id).path("State").path("Paused").asBoolean())
                .isFalse();
        assertThat(server.delete(id).status()).isEqualTo(204);
        assertThat(engine.containers()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aCreationIsFinishedWhenTheEngineIsBack(PrivateEngine.End how) throws IOException {
        CompletableFuture<Void> restarted = new CompletableFuture<>();
        proxy.set(new Trap(
                Pattern.compile("^POST .*/containers/.*/start"),
                Moment.BEFORE_THE_REQUEST_REACHES_THE_ENGINE,
                () -> dockerd.restartInBackground(how, restarted)));

        String id = server.create(sandbox("sleep 1000")).id();

        restarted.join();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(server.get(id).state()).isEqualTo("Running"));
        assertThat(engine.containers()).containsExactly("sandkeep-" + id);
        assertThat(server.delete(id).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @EnumSource
    void aDeletionIsCompletedWhenTheEngineIsBack(PrivateEngine.End how) throws IOException {
        String id = server.create(sandbox("sleep 1000"), "Prefer", "wait=30").id();
        CompletableFuture<Void> restarted = new CompletableFuture<>();
        proxy.set(new Trap(
                Pattern.compile("^DELETE .*/containers/"),
                Moment.BEFORE_THE_REQUEST_REACHES_THE_ENGINE,
                () -> dockerd.restartInBackground(how, restarted)));

        ServerProcess.Answer refused = server.delete(id);

        assertThat(refused.status()).isEqualTo(503);
        restarted.join();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(server.get(id).status()).isEqualTo(404));
        assertThat(engine.containers()).isEmpty();
    }

    private String startedAt(String id) {
        return engine.inspect("sandkeep-" + id).path("State").path("StartedAt").asText();
    }

    private static String sandbox(String script) {
        return """
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 600, "resourceLimits": {},
                 "entrypoint": ["sh", "-c", "%s"]}""".formatted(script);
    }
}
