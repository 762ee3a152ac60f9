package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.EngineProxy.Moment;
import dev.sandkeep.bootstrap.process.EngineProxy.Trap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real server process is killed between two steps, started again, and everything is as if nothing had happened. */
@Execution(ExecutionMode.CONCURRENT)
class CrashIT {

    private static final Duration SOON = Duration.ofSeconds(40);

    @RegisterExtension
    final ServerOnEngine on = ServerOnEngine.named("crash").started();

    private final EngineProxy proxy = on.proxy;
    private final EngineView engine = on.engine;
    private final ServerProcess server = on.server;

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "POST .*/volumes/create, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "POST .*/volumes/create, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
        "POST .*/containers/create, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "POST .*/containers/create, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
        "POST .*/containers/.*/start, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "POST .*/containers/.*/start, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
    })
    void aSandboxWhoseCreationWasCutShortIsFinished(String request, Moment moment) throws IOException {
        proxy.set(new Trap(Pattern.compile("^" + request), moment, server::kill));
        ServerProcess.Answer created = server.create(sandboxWithVolume(600));
        server.awaitDeath();

        server.start();

        awaitState(created.id(), "Running");
        assertThat(server.get(created.id()).body().path("expiresAt"))
                .isEqualTo(created.body().path("expiresAt"));
        assertThat(engine.containers()).containsExactly("sandkeep-" + created.id());
        assertThat(engine.inspect("sandkeep-" + created.id())
                        .path("Config")
                        .path("Env")
                        .toString())
                .contains("TOKEN=of-the-sandbox");
        deleteAndCheckThatNothingIsLeft(created.id());
    }

    @Test
    void aSandboxThatWasJustAcceptedIsFinished() throws IOException {
        ServerProcess.Answer created = server.create(sandboxWithVolume(600));
        server.kill();

        server.start();

        awaitState(created.id(), "Running");
        deleteAndCheckThatNothingIsLeft(created.id());
    }

    @Test
    void aPullThatWasCutShortIsTriedAgainAndItsFailureTold() throws IOException {
        Pattern pull = Pattern.compile("^POST .*/images/create");
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        proxy.set(new Trap(pull, Moment.BEFORE_THE_REQUEST_REACHES_THE_ENGINE, () -> {
            // The pull may begin before the client has its answer.
            answered.join();
            server.kill();
        }));
        ServerProcess.Answer created = server.create(sandbox("127.0.0.1:9/nobody/nothing:1", 600));
        answered.complete(true);
        server.awaitDeath();

        server.start();

        awaitState(created.id(), "Failed");
        assertThat(server.get(created.id()).reason()).isEqualTo("image_pull_failed");
        assertThat(engine.containers()).isEmpty();
    }

    @Test
    void aRunningSandboxGoesOnRunning() throws IOException {
        ServerProcess.Answer created = server.create(sandboxWithVolume(600), "Prefer", "wait=30");
        String started = startedAt(created.id());
        server.kill();

        server.start();

        awaitState(created.id(), "Running");
        assertThat(startedAt(created.id())).isEqualTo(started);
        deleteAndCheckThatNothingIsLeft(created.id());
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "DELETE .*/containers/, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "DELETE .*/containers/, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
        "DELETE .*/volumes/, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "DELETE .*/volumes/, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
    })
    void aDeletionThatWasCutShortIsCompleted(String request, Moment moment) throws IOException {
        ServerProcess.Answer created = server.create(sandboxWithVolume(600), "Prefer", "wait=30");
        proxy.set(new Trap(Pattern.compile("^" + request), moment, server::kill));
        assertThatThrownBy(() -> server.delete(created.id())).isInstanceOf(UncheckedIOException.class);
        server.awaitDeath();

        server.start();

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(server.get(created.id()).status()).isEqualTo(404));
        assertThat(server.getIncludingEnded(created.id()).reason()).isEqualTo("user_delete");
        assertThat(engine.containers()).isEmpty();
        assertThat(engine.volumes()).isEmpty();
    }

    @Test
    void anExpiryThatWasCutShortIsCompletedAndNotBeforeItsTime() throws IOException {
        ServerProcess.Answer created = server.create(sandboxWithVolume(60), "Prefer", "wait=30");
        Instant deadline = Instant.parse(created.body().path("expiresAt").asText());
        Pattern removal = Pattern.compile("^DELETE .*/containers/");
        proxy.set(new Trap(removal, Moment.BEFORE_THE_REQUEST_REACHES_THE_ENGINE, server::kill));
        await().atMost(Duration.ofSeconds(90)).until(() -> !isAlive(created.id()));
        assertThat(Instant.now()).isAfterOrEqualTo(deadline);
        server.awaitDeath();

        server.start();

        awaitState(created.id(), "Terminated");
        assertThat(server.get(created.id()).reason()).isEqualTo("ttl_expiry");
        assertThat(engine.containers()).isEmpty();
        assertThat(engine.volumes()).isEmpty();
    }

    @Test
    void aDeadlineThatPassedWhileTheServerWasDownIsKeptAtTheNextStart() throws IOException {
        ServerProcess.Answer created = server.create(sandbox("sandkeep-test/busybox:1", 60), "Prefer", "wait=30");
        Instant deadline = Instant.parse(created.body().path("expiresAt").asText());
        server.kill();
        await().atMost(Duration.ofSeconds(90)).until(() -> Instant.now().isAfter(deadline));
        assertThat(engine.containers()).hasSize(1);

        server.start();

        awaitState(created.id(), "Terminated");
        assertThat(engine.containers()).isEmpty();
    }

    @Test
    void aRunningSandboxIsTakenOverWhenTheDatabaseWasLost() throws IOException {
        ServerProcess.Answer created = server.create(sandboxWithVolume(600), "Prefer", "wait=30");
        server.kill();
        Files.delete(server.dataDirectory().resolve("sandkeep.mv.db"));

        server.start();

        awaitState(created.id(), "Running");
        ServerProcess.Answer adopted = server.get(created.id());
        assertThat(adopted.body().path("metadata")).isEqualTo(created.body().path("metadata"));
        assertThat(adopted.body().path("expiresAt")).isEqualTo(created.body().path("expiresAt"));
        assertThat(engine.inspect("sandkeep-" + created.id())
                        .path("Config")
                        .path("Labels")
                        .toString())
                .doesNotContain("of-the-sandbox");
        deleteAndCheckThatNothingIsLeft(created.id());
    }

    private boolean isAlive(String id) {
        try {
            return server.get(id).status() == 200;
        } catch (UncheckedIOException dead) {
            return false;
        }
    }

    private void awaitState(String id, String state) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(server.get(id).state()).isEqualTo(state));
    }

    private String startedAt(String id) {
        return engine.inspect("sandkeep-" + id).path("State").path("StartedAt").asText();
    }

    private void deleteAndCheckThatNothingIsLeft(String id) {
        assertThat(server.delete(id).status()).isEqualTo(204);
        assertThat(engine.containers()).isEmpty();
        assertThat(engine.volumes()).isEmpty();
    }

    private static String sandbox(String image, int timeout) {
        return """
                {"image": {"uri": "%s"}, "timeout": %d, "resourceLimits": {"memory": "64Mi"},
                 "entrypoint": ["sleep", "1000"]}""".formatted(image, timeout);
    }

    private String sandboxWithVolume(int timeout) {
        return """
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": %d, "resourceLimits": {"memory": "64Mi"},
                 "entrypoint": ["sleep", "1000"], "env": {"TOKEN": "of-the-sandbox"}, "metadata": {"name": "crash"},
                 "volumes": [{"name": "work", "mountPath": "/work",
                              "pvc": {"claimName": "%s", "deleteOnSandboxTermination": true}}]}""".formatted(timeout, on.instance);
    }
}
