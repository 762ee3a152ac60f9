package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.EngineProxy.Moment;
import dev.sandkeep.bootstrap.process.EngineProxy.Trap;
import dev.sandkeep.bootstrap.process.ServerProcess.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Snapshots of the real server on the real engine, also when the server is killed between any two steps. */
class SnapshotIT {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    @RegisterExtension
    final ServerOnEngine on = ServerOnEngine.named("snap")
            .with("SANDKEEP_DOCKER_CALL_TIMEOUT_SECONDS", Long.toString(CALL_TIMEOUT.toSeconds()))
            .started();

    private final EngineProxy proxy = on.proxy;
    private final EngineView engine = on.engine;
    private final ServerProcess server = on.server;

    /** A running sandbox with a file, and with everything that must not get into a snapshot. */
    private String sandboxWithFile() {
        Answer created = server.create("""
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 900, "resourceLimits": {"memory": "64Mi"},
                 "entrypoint": ["sh", "-c", "echo kept > /kept-file; exec sleep 1000"],
                 "env": {"TOKEN": "of-the-sandbox"}, "metadata": {"team": "blue"},
                 "volumes": [{"name": "work", "mountPath": "/work",
                              "pvc": {"claimName": "%s", "deleteOnSandboxTermination": true}}]}""".formatted(on.instance), "Prefer", "wait=30");
        assertThat(created.state()).as(() -> created.body().toString()).isEqualTo("Running");
        await().atMost(SOON).until(() -> engine.hasFile("sandkeep-" + created.id(), "/kept-file"));
        return created.id();
    }

    private Answer snapshot(String sandbox) {
        return server.send("POST", "/v1/sandboxes/" + sandbox + "/snapshots", "{\"name\": \"first\"}", Map.of());
    }

    private Answer find(String snapshot) {
        return server.send("GET", "/v1/snapshots/" + snapshot, null, Map.of());
    }

    private Answer delete(String snapshot) {
        return server.send("DELETE", "/v1/snapshots/" + snapshot, null, Map.of());
    }

    private String readySnapshot(String sandbox) {
        Answer accepted = snapshot(sandbox);
        assertThat(accepted.status()).isEqualTo(202);
        awaitState(accepted.id(), "Ready");
        return accepted.id();
    }

    private void awaitState(String snapshot, String state) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(find(snapshot).state()).isEqualTo(state));
    }

    private Answer restored(String snapshot) {
        Answer created = server.create("""
                {"snapshotId": "%s", "timeout": null, "resourceLimits": {"memory": "64Mi"}}""".formatted(snapshot), "Prefer", "wait=30");
        assertThat(created.state()).as(() -> created.body().toString()).isEqualTo("Running");
        return created;
    }

    @Test
    void aSandboxIsMadeAgainOfItsFilesAndOfNothingElse() {
        String source = sandboxWithFile();
        String runningSince = since(source);

        String snapshot = readySnapshot(source);

        assertThat(server.get(source).state()).isEqualTo("Running");
        assertThat(since(source)).isEqualTo(runningSince);
        assertThat(find(snapshot).body().path("sizeBytes").asLong()).isGreaterThan(1_000_000);
        assertThat(find(snapshot).body().path("uniqueBytes").asLong()).isBetween(1L, 100_000L);
        assertThat(server.delete(source).status()).isEqualTo(204);

        Answer restored = restored(snapshot);

        String container = "sandkeep-" + restored.id();
        assertThat(engine.hasFile(container, "/kept-file")).isTrue();
        assertThat(engine.hasFile(container, "/work"))
                .as("the mount point of the volume")
                .isTrue();
        assertThat(engine.inspect(container).path("Config").path("Env").toString())
                .doesNotContain("TOKEN");
        assertThat(engine.inspect(container).path("Mounts")).isEmpty();
        assertThat(restored.body().path("metadata")).isEmpty();
        assertThat(restored.body().has("expiresAt")).isFalse();
        assertThat(engine.inspect(container).toString()).doesNotContain("of-the-sandbox", "blue", source + "\\\"");
        assertThat(engine.images().toString()).doesNotContain("of-the-sandbox", "TOKEN", "blue");
        assertThat(server.get(restored.id()).body().path("snapshotId").asText()).isEqualTo(snapshot);

        assertThat(delete(snapshot).status()).isEqualTo(204);
        assertThat(find(snapshot).state()).isEqualTo("Deleting");
        assertThat(server.get(restored.id()).state()).isEqualTo("Running");
        assertThat(server.delete(restored.id()).status()).isEqualTo(204);
        awaitGone(snapshot);
    }

    private String since(String sandbox) {
        return server.get(sandbox)
                .body()
                .path("status")
                .path("lastTransitionAt")
                .asText();
    }

    private void awaitGone(String snapshot) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(find(snapshot).status()).isEqualTo(404));
        assertThat(engine.images()).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "POST .*/commit, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "POST .*/commit, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
        "POST .*/images/load, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "POST .*/images/load, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
        "DELETE .*/images/, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "DELETE .*/images/, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
    })
    void aSnapshotThatWasCutShortIsFinished(String request, Moment moment) throws IOException {
        String source = sandboxWithFile();
        proxy.set(new Trap(Pattern.compile("^" + request), moment, server::kill));
        Answer accepted = snapshot(source);
        server.awaitDeath();

        server.start();

        awaitState(accepted.id(), "Ready");
        await().atMost(SOON).untilAsserted(() -> assertThat(engine.images()).hasSize(1));
        assertThat(engine.inspect("sandkeep-" + source)
                        .path("State")
                        .path("Paused")
                        .asBoolean())
                .isFalse();
        assertThat(engine.hasFile("sandkeep-" + restored(accepted.id()).id(), "/kept-file"))
                .isTrue();
    }

    @Test
    void aSnapshotThatWasJustAcceptedIsFinished() throws IOException {
        String source = sandboxWithFile();
        Answer accepted = snapshot(source);
        server.kill();

        server.start();

        awaitState(accepted.id(), "Ready");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"BEFORE_THE_REQUEST_REACHES_THE_ENGINE", "BEFORE_THE_ANSWER_REACHES_THE_SERVER"})
    void aDeletionThatWasCutShortIsCompleted(Moment moment) throws IOException {
        String snapshot = readySnapshot(sandboxWithFile());
        proxy.set(new Trap(Pattern.compile("^DELETE .*/images/"), moment, server::kill));
        assertThatThrownBy(() -> delete(snapshot)).isInstanceOf(UncheckedIOException.class);
        server.awaitDeath();

        server.start();

        awaitGone(snapshot);
    }

    @Test
    void aSnapshotIsTakenOverWhenTheDatabaseWasLost() throws IOException {
        String snapshot = readySnapshot(sandboxWithFile());
        server.kill();
        Files.delete(server.dataDirectory().resolve("sandkeep.mv.db"));

        server.start();

        awaitState(snapshot, "Ready");
        assertThat(find(snapshot).body().path("name").asText()).isEqualTo("first");
        assertThat(engine.hasFile("sandkeep-" + restored(snapshot).id(), "/kept-file"))
                .isTrue();
    }

    @Test
    void asLongAsTheEngineSavesTheSnapshotIsCreating() throws IOException {
        String source = sandboxWithFile();
        CountDownLatch slow = new CountDownLatch(1);
        Instant asked = Instant.now();
        proxy.set(new Trap(Pattern.compile("^POST .*/commit"), Moment.AS_THE_REQUEST_PASSES, () -> waitFor(slow)));
        Answer accepted = snapshot(source);

        await().atMost(SOON)
                .until(() -> Instant.now().isAfter(asked.plus(CALL_TIMEOUT).plusSeconds(2)));
        assertThat(find(accepted.id()).state()).isEqualTo("Creating");
        assertThat(delete(accepted.id()).status()).isEqualTo(409);
        slow.countDown();

        awaitState(accepted.id(), "Ready");
        assertThat(engine.images()).hasSize(1);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
