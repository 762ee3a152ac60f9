package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.EngineProxy.Moment;
import dev.sandkeep.bootstrap.process.EngineProxy.Trap;
import dev.sandkeep.bootstrap.process.ServerProcess.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As {@link CrashIT}, on a cluster: the server is killed at each of the calls that make a sandbox, and that delete it. */
class KubernetesCrashIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private static ClusterView cluster;
    private static EngineProxy proxy;
    private ServerProcess server;

    private final String claim = "work-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void connect() throws IOException {
        cluster = ClusterView.assumed();
        proxy = cluster.proxy();
    }

    @AfterAll
    static void disconnect() throws IOException {
        if (cluster != null) {
            cluster.close();
            proxy.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        cluster.addVolume();
        server = cluster.server(directory, proxy).start();
        await("the server is ready").atMost(SOON).until(() -> server.readiness() == 200);
    }

    @AfterEach
    void end() {
        server.close();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "POST .*/persistentvolumeclaims, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "POST .*/persistentvolumeclaims, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
        "POST .*/pods, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "POST .*/pods, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
        "POST .*/secrets, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "POST .*/secrets, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
    })
    void aCreationThatWasCutShortIsFinished(String request, Moment moment) throws IOException {
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        proxy.set(new Trap(Pattern.compile("^" + request), moment, () -> {
            answered.join();
            server.kill();
        }));
        Answer created = server.create(sandbox());
        answered.complete(true);
        server.awaitDeath();

        server.start();

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(server.get(created.id()).state()).isEqualTo("Running"));
        assertThat(server.get(created.id()).body().path("expiresAt"))
                .isEqualTo(created.body().path("expiresAt"));
        assertThat(cluster.podNames()).containsExactly(ClusterView.nameOf(created.id()));
        assertThat(server.delete(created.id()).status()).isEqualTo(204);
        awaitNothingLeft();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "DELETE .*/pods/, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "DELETE .*/pods/, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
        "GET .*/persistentvolumeclaims[?].*sandbox-id, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "GET .*/persistentvolumeclaims[?].*sandbox-id, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
        "DELETE .*/persistentvolumeclaims/, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "DELETE .*/persistentvolumeclaims/, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
    })
    void aDeletionThatWasCutShortIsCompleted(String request, Moment moment) throws IOException {
        Answer created = server.create(sandbox(), "Prefer", "wait=60");
        assertThat(created.state()).as(created.body().toString()).isEqualTo("Running");
        proxy.set(new Trap(Pattern.compile("^" + request), moment, server::kill));
        assertThatThrownBy(() -> server.delete(created.id())).isInstanceOf(UncheckedIOException.class);
        server.awaitDeath();

        server.start();

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(server.get(created.id()).status()).isEqualTo(404));
        assertThat(server.getIncludingEnded(created.id()).reason()).isEqualTo("user_delete");
        awaitNothingLeft();
    }

    /** The cluster removes Secrets with the Pod that owns them, in its own time. */
    private static void awaitNothingLeft() {
        await().atMost(SOON).untilAsserted(() -> assertThat(cluster.leftovers()).isEmpty());
    }

    private String sandbox() {
        return """
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 600, "resourceLimits": {"memory": "64Mi"},
                 "entrypoint": ["sleep", "1000"],
                 "networkPolicy": {"defaultAction": "deny", "egress": [{"action": "allow", "target": "pypi.org"}]},
                 "volumes": [{"name": "work", "mountPath": "/work",
                              "pvc": {"claimName": "%s", "deleteOnSandboxTermination": true}}]}""".formatted(claim);
    }
}
