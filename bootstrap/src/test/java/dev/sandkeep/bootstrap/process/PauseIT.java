package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.EngineProxy.Moment;
import dev.sandkeep.bootstrap.process.EngineProxy.Trap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pause and resume as users see them, with the server killed in between. */
class PauseIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension
    final ServerOnEngine on = ServerOnEngine.named("pause");

    private final EngineProxy proxy = on.proxy;
    private final EngineView engine = on.engine;
    private final ServerProcess server = on.server;

    @Test
    void aSandboxIsPausedSurvivesARestartOfTheServerAndIsResumed() throws IOException {
        server.start();
        ServerProcess.Answer created = running(600);
        Instant running = lastTransitionAt(created.id());

        assertThat(post(created.id(), "pause")).isEqualTo(202);
        assertThat(server.get(created.id()).state()).isEqualTo("Paused");
        assertThat(server.get(created.id()).reason()).isEqualTo("paused");
        Instant paused = lastTransitionAt(created.id());
        assertThat(paused).isAfter(running);
        assertThat(post(created.id(), "pause")).isEqualTo(202);
        assertThat(isPaused(created.id())).isTrue();
        server.kill();

        server.start();

        awaitState(created.id(), "Paused");
        assertThat(isPaused(created.id())).isTrue();
        assertThat(server.get(created.id()).body().path("expiresAt"))
                .isEqualTo(created.body().path("expiresAt"));
        assertThat(lastTransitionAt(created.id())).isEqualTo(paused);
        assertThat(post(created.id(), "resume")).isEqualTo(202);
        assertThat(server.get(created.id()).state()).isEqualTo("Running");
        assertThat(isPaused(created.id())).isFalse();
        assertThat(lastTransitionAt(created.id())).isAfter(paused);
        assertThat(server.delete(created.id()).status()).isEqualTo(204);
        assertThat(engine.containers()).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "pause, BEFORE_THE_REQUEST_REACHES_THE_ENGINE, Paused",
        "pause, BEFORE_THE_ANSWER_REACHES_THE_SERVER, Paused",
        "unpause, BEFORE_THE_REQUEST_REACHES_THE_ENGINE, Running",
        "unpause, BEFORE_THE_ANSWER_REACHES_THE_SERVER, Running",
    })
    void whatACrashCutsShortIsFinished(String call, Moment moment, String state) throws IOException {
        server.start();
        String id = running(600).id();
        if (call.equals("unpause")) {
            post(id, "pause");
        }
        proxy.set(new Trap(Pattern.compile("^POST .*/containers/[^/]*/" + call), moment, server::kill));
        assertThatThrownBy(() -> post(id, call.equals("pause") ? "pause" : "resume"))
                .isInstanceOf(UncheckedIOException.class);
        server.awaitDeath();

        server.start();

        awaitState(id, state);
        assertThat(isPaused(id)).isEqualTo(state.equals("Paused"));
    }

    @Test
    void aPausedSandboxIsDeletedAndAnotherExpires() throws IOException {
        server.start();
        String deleted = running(600).id();
        String expiring = running(60).id();
        post(deleted, "pause");
        post(expiring, "pause");

        assertThat(server.delete(deleted).status()).isEqualTo(204);
        assertThat(engine.containers()).containsExactly("sandkeep-" + expiring);
        renewToSoon(expiring);

        awaitState(expiring, "Terminated");
        assertThat(server.get(expiring).reason()).isEqualTo("ttl_expiry");
        assertThat(engine.containers()).isEmpty();
    }

    @Test
    void ifTimeWhilePausedDoesNotCountTheDeadlineMovesAtTheResume() throws IOException {
        server.with("SANDKEEP_SANDBOX_PAUSED_TIME_COUNTS", "false").start();
        ServerProcess.Answer created = running(600);
        renewToSoon(created.id());
        Instant deadline = expiresAt(created.id());
        post(created.id(), "pause");
        Instant paused = lastTransitionAt(created.id());
        server.kill();
        server.start();
        await().atMost(SOON).until(() -> Instant.now().isAfter(deadline.plusSeconds(2)));
        assertThat(server.get(created.id()).state()).isEqualTo("Paused");

        assertThat(post(created.id(), "resume")).isEqualTo(202);

        Duration pause = Duration.between(paused, lastTransitionAt(created.id()));
        assertThat(expiresAt(created.id())).isAfterOrEqualTo(deadline.plus(pause));
        awaitState(created.id(), "Terminated");
        assertThat(Instant.now()).isAfterOrEqualTo(deadline.plus(pause));
        assertThat(engine.containers()).isEmpty();
    }

    private ServerProcess.Answer running(int timeout) {
        ServerProcess.Answer created = server.create("""
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": %d, "resourceLimits": {},
                 "entrypoint": ["sleep", "1000"]}""".formatted(timeout), "Prefer", "wait=60");
        assertThat(created.state()).isEqualTo("Running");
        return created;
    }

    private int post(String id, String operation) {
        return server.send("POST", "/v1/sandboxes/" + id + "/" + operation, null, Map.of())
                .status();
    }

    private void renewToSoon(String id) {
        String body = "{\"expiresAt\": \"" + Instant.now().plusSeconds(5) + "\"}";
        assertThat(server.send("POST", "/v1/sandboxes/" + id + "/renew-expiration", body, Map.of())
                        .status())
                .isEqualTo(200);
    }

    private boolean isPaused(String id) {
        return engine.inspect("sandkeep-" + id).path("State").path("Paused").asBoolean();
    }

    private Instant expiresAt(String id) {
        return Instant.parse(server.get(id).body().path("expiresAt").asText());
    }

    private Instant lastTransitionAt(String id) {
        return Instant.parse(
                server.get(id).body().path("status").path("lastTransitionAt").asText());
    }

    private void awaitState(String id, String state) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(server.get(id).state()).isEqualTo(state));
    }
}
