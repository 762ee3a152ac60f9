package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.GuardedServer.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What guards a sandbox is killed, piece by piece, and the sandbox gets nowhere that its policy denies. */
@ExtendWith(StandInInternet.class)
class NetworkGuardCrashIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String POLICY = GuardedServer.allowing("good.example.com");

    @TempDir
    static Path directory;

    private static GuardedServer guarded;
    private Sandbox sandbox;

    @BeforeAll
    static void start() throws IOException {
        guarded = new GuardedServer(directory);
    }

    @AfterAll
    static void end() {
        guarded.close();
    }

    @BeforeEach
    void makeSandbox() {
        sandbox = guarded.run(POLICY);
        assertThat(sandbox.probe("http", "good.example.com")).isEqualTo("this is " + StandInInternet.GOOD);
    }

    /** Connects to a denied address without a pause. */
    private Probe watch() {
        return sandbox.begin("watch", StandInInternet.BAD, "80").awaitLine("watching");
    }

    /** What a watch of a sandbox that still runs saw until now. */
    private String seenBy(Probe watch) {
        assertThat(sandbox.probe("enough")).isEqualTo("enough");
        return watch.lastLine();
    }

    private void killWorker() {
        List<ProcessHandle> worker = sandbox.worker();
        assertThat(worker).hasSize(1);
        worker.forEach(ProcessHandle::destroyForcibly);
        await("the worker is dead").atMost(SOON).until(() -> worker.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void theRulesOutliveTheWorkerWhichComesBack() {
        try (Probe watch = watch()) {
            killWorker();
            await("names are resolved again")
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(sandbox.probe("http", "good.example.com"))
                            .isEqualTo("this is " + StandInInternet.GOOD));

            assertThat(seenBy(watch)).isEqualTo("refused");
        }
        assertThat(sandbox.probe("dns", "bad.example.com")).isEqualTo("NXDOMAIN EDE=15");
        assertThat(sandbox.state()).isEqualTo("Running");
        assertThat(sandbox.policy("PATCH", """
                [{"action": "allow", "target": "bad.example.com"}]""").status()).isEqualTo(200);
        assertThat(sandbox.probe("http", "bad.example.com")).isEqualTo("this is " + StandInInternet.BAD);
    }

    @Test
    void aWorkerThatKeepsCrashingEndsTheSandbox() {
        try (Probe watch = watch()) {
            await("the supervisor gives up").atMost(SOON).until(() -> {
                sandbox.worker().forEach(ProcessHandle::destroyForcibly);
                return sandbox.state().equals("Failed");
            });

            assertThat(watch.lastLine()).isIn("refused", "watching");
        }
        assertTheSandboxIsLost();
    }

    @Test
    void aSandboxWithoutItsSidecarIsStopped() {
        try (Probe watch = watch()) {
            guarded.engine().ask("POST", "/containers/" + sandbox.sidecar() + "/kill?signal=KILL");
            await().atMost(SOON).until(() -> sandbox.state().equals("Failed"));

            assertThat(watch.lastLine()).isIn("refused", "watching");
        }
        assertTheSandboxIsLost();
    }

    @Test
    void aSandboxWhoseSidecarWasRemovedIsStopped() {
        guarded.engine().ask("DELETE", "/containers/" + sandbox.sidecar() + "?force=true");

        await().atMost(SOON).until(() -> sandbox.state().equals("Failed"));
        assertTheSandboxIsLost();
    }

    private void assertTheSandboxIsLost() {
        assertThat(guarded.server().getIncludingEnded(sandbox.id()).reason()).isEqualTo("network_guard_lost");
        await("nothing of it is left")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(guarded.engine().containers())
                        .doesNotContain(sandbox.container(), sandbox.sidecar()));
    }

    @Test
    void theGuardDoesNotNeedTheServerAndThePolicySurvivesIt() throws IOException {
        ServerProcess server = guarded.server();
        String policy = sandbox.policy("GET", null).body().toString();
        await("spare sidecars are ready").atMost(SOON).until(() -> !spares().isEmpty());

        server.kill();
        List<String> orphans = spares();
        assertThat(sandbox.probe("http", "good.example.com")).isEqualTo("this is " + StandInInternet.GOOD);
        assertThat(sandbox.probe("dns", "bad.example.com")).isEqualTo("NXDOMAIN EDE=15");
        assertThat(sandbox.probe("tcp", StandInInternet.BAD, "80")).isEqualTo("refused");

        try (Probe watch = watch()) {
            server.start();
            await("the spares of the dead server are gone")
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(spares()).doesNotContainAnyElementsOf(orphans));
            assertThat(seenBy(watch)).isEqualTo("refused");
        }
        assertThat(sandbox.policy("GET", null).body()).hasToString(policy);
        assertThat(sandbox.policy("PATCH", """
                [{"action": "allow", "target": "bad.example.com"}]""").status()).isEqualTo(200);
        assertThat(sandbox.probe("http", "bad.example.com")).isEqualTo("this is " + StandInInternet.BAD);
        assertThat(sandbox.probe("http", "good.example.com")).isEqualTo("this is " + StandInInternet.GOOD);
    }

    /** The sidecars that wait for a sandbox. */
    private List<String> spares() {
        return guarded.engine().containers().stream()
                .filter(name -> name.contains("-egress-"))
                .toList();
    }

    @Test
    void aDeletedSandboxLeavesNothing() {
        sandbox.delete();

        assertThat(guarded.engine().containers()).doesNotContain(sandbox.container(), sandbox.sidecar());
        assertThat(guarded.server()
                        .send("GET", "/v1/sandboxes/" + sandbox.id() + "/endpoints/18080", null, Map.of())
                        .status())
                .isEqualTo(404);
    }
}
