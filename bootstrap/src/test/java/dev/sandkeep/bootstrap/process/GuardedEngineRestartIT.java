package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.testkit.fixture.SidecarImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The engine is stopped, or killed, under sandboxes with a policy, and comes back. It keeps no container alive over that:
 * sidecars and sandboxes end, in any order, and are started again, the sandboxes after their rules.
 */
class GuardedEngineRestartIT {

    private static final String INSTANCE = "restart";
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int SOME = 5;

    @TempDir
    static Path engineDirectory;

    @TempDir
    Path directory;

    private static PrivateEngine dockerd;
    private static Cable cable;
    private EngineProxy proxy;
    private EngineView engine;
    private ServerProcess server;

    @BeforeAll
    static void startEngine() throws IOException {
        dockerd = PrivateEngine.start(engineDirectory);
        cable = Cable.from(dockerd.namespace());
        Path shared = Path.of("/var/run/docker.sock");
        dockerd.copyImageFrom(shared, "sandkeep-test/busybox:1");
        dockerd.copyImageFrom(shared, SidecarImage.name());
    }

    @AfterAll
    static void endEngine() throws IOException {
        cable.close();
        dockerd.close();
    }

    /** The server must reach the sidecars, so it runs where the engine does. */
    @BeforeEach
    void start() throws IOException {
        proxy = EngineProxy.before(dockerd.socket());
        engine = new EngineView(proxy.url(), INSTANCE);
        server = new ServerProcess(directory, INSTANCE, "unix://" + dockerd.socket())
                .inNamespace(dockerd.namespace(), Cable.ENGINE)
                .with("SANDKEEP_EGRESS_IMAGE", SidecarImage.name())
                .with("SANDKEEP_EGRESS_RESOLVERS", StandInInternet.RESOLVER)
                .start();
    }

    @AfterEach
    void end() throws IOException {
        server.close();
        engine.close();
        proxy.close();
    }

    @ParameterizedTest
    @EnumSource
    void aPolicyHoldsFromBeforeTheEndUntilAfterTheReturn(PrivateEngine.End how) throws IOException {
        String id = created(", \"networkPolicy\": " + onlyAllowed());
        awaitConnections(SOME);
        int before = cable.denied().connections();

        dockerd.restart(how, () -> assertThat(server.get(id).state()).isEqualTo("Running"));

        assertItRunsAgainAndIsGuarded(id, before);
    }

    @ParameterizedTest
    @EnumSource
    void aPolicyThatWasTightenedLaterHoldsFromBeforeTheEndUntilAfterTheReturn(PrivateEngine.End how)
            throws IOException {
        String id = created("");
        await("without a policy both are open")
                .atMost(SOON)
                .until(() -> cable.denied().connections() > 0);
        tighten(id);
        // What was on its way when the policy came into force is counted by then.
        awaitConnections(SOME);
        int before = cable.denied().connections();

        dockerd.restart(how, () -> assertThat(server.get(id).state()).isEqualTo("Running"));

        assertItRunsAgainAndIsGuarded(id, before);
    }

    private void assertItRunsAgainAndIsGuarded(String id, int denied) {
        int allowed = cable.allowed().connections();
        await("the sandbox connects again")
                .atMost(SOON)
                .until(() -> cable.allowed().connections() > allowed + SOME);
        assertThat(cable.denied().connections()).isEqualTo(denied);
        assertThat(server.get(id).state()).isEqualTo("Running");
        assertThat(server.get(id)
                        .body()
                        .path("networkPolicy")
                        .path("defaultAction")
                        .asText())
                .isEqualTo("deny");
        assertThat(engine.inspect("sandkeep-" + id + "-egress")
                        .path("State")
                        .path("Running")
                        .asBoolean())
                .isTrue();
        assertThat(server.delete(id).status()).isEqualTo(204);
        assertThat(engine.containers()).noneMatch(name -> name.contains(id));
    }

    private void awaitConnections(int more) {
        int until = cable.allowed().connections() + more;
        await("the sandbox connects where it may")
                .atMost(SOON)
                .until(() -> cable.allowed().connections() >= until);
    }

    /**
     * A sandbox that connects to both hosts by turns, from its first instruction on. A connection that is cut just when it
     * waits for its end would wait for ever, and -w limits only how long connecting takes.
     */
    private String created(String policy) {
        String connect = "timeout 3 nc -w 1 %s %d </dev/null; timeout 3 nc -w 1 %s %d </dev/null"
                .formatted(
                        cable.denied().address(),
                        cable.denied().port(),
                        cable.allowed().address(),
                        cable.allowed().port());
        ServerProcess.Answer created = server.create("""
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 600, "resourceLimits": {},
                 "entrypoint": ["sh", "-c", "while :; do %s; done"]%s}""".formatted(connect, policy), "Prefer", "wait=60");
        assertThat(created.state()).as(() -> created.body().toString()).isEqualTo("Running");
        return created.id();
    }

    private static String onlyAllowed() {
        return GuardedServer.allowing(cable.allowed().address());
    }

    private void tighten(String id) {
        ServerProcess.Answer endpoint = server.send("GET", "/v1/sandboxes/" + id + "/endpoints/18080", null, Map.of());
        String token =
                endpoint.body().path("headers").path("OPENSANDBOX-EGRESS-AUTH").asText();
        assertThat(server.send(
                                "PUT",
                                "/v1/sandboxes/" + id + "/proxy/18080/policy",
                                onlyAllowed(),
                                Map.of("OPENSANDBOX-EGRESS-AUTH", token))
                        .status())
                .isEqualTo(200);
    }
}
