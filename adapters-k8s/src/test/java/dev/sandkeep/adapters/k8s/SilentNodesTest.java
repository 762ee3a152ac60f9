package dev.sandkeep.adapters.k8s;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.RemovalUnconfirmed;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One node, or one Pod, that answers to nothing, in a cluster that is there. */
class SilentNodesTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final LogSelection LOG = new LogSelection(10, 1_000, null);

    @TempDir
    private Path directory;

    private MockCluster cluster;
    private KubernetesSandboxRuntime runtime;

    @BeforeEach
    void connect() throws IOException {
        cluster = new MockCluster(directory);
        runtime = cluster.runtime(null);
        runtime.capabilities();
    }

    @AfterEach
    void end() {
        runtime.close();
        cluster.close();
    }

    private Sandbox launched() {
        Sandbox sandbox = aSandbox();
        runtime.launch(sandbox);
        return sandbox;
    }

    /** As a Pod that is to be gone, and whose node does not say that it is. */
    private void hold(Sandbox sandbox) {
        PodResource pod =
                cluster.raw().pods().inNamespace(MockCluster.NAMESPACE).withName(PodSpecs.nameOf(sandbox.id()));
        pod.edit(seen -> new PodBuilder(seen)
                .editMetadata()
                .addToFinalizers("sandkeep.dev/silent-node")
                .endMetadata()
                .build());
        pod.delete();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Remnant.class));
    }

    /** A second time it is not waited for as long, nor is its log: a sweep would take hours. */
    @Test
    void aPodWhoseNodeDoesNotSayThatItEndedIsToldAndNotWaitedForAgain() {
        Sandbox sandbox = launched();
        hold(sandbox);
        runtime.close();
        runtime = KubernetesSandboxRuntime.of(
                cluster.config(null), Map.of(), () -> Instant.now().plus(Duration.ofHours(1)));
        runtime.capabilities();
        long begun = System.nanoTime();

        assertThat(runtime.findLog(sandbox.id(), LOG)).isEmpty();
        assertThatThrownBy(() -> runtime.remove(sandbox.id()))
                .isInstanceOf(RemovalUnconfirmed.class)
                .hasMessageContaining(PodSpecs.nameOf(sandbox.id()));

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        assertThat(cluster.requests("GET .*/log.*")).isEmpty();
    }

    @Test
    void aPodThatIsJustBeingRemovedIsWaitedForAndNotDeletedOnceMore() {
        Sandbox sandbox = launched();
        hold(sandbox);
        Pods pods = new Pods();
        try (Cluster api = new Cluster(cluster.config(null).access(), Duration.ofSeconds(10));
                PodWatch watch = new PodWatch(api, "mock", pods)) {
            watch.start();
            PodStore store = new PodStore(api, cluster.config(null), pods, InstantSource.system());
            cluster.writes();
            long begun = System.nanoTime();

            assertThatThrownBy(() -> store.remove(PodSpecs.nameOf(sandbox.id()), Duration.ofSeconds(3)))
                    .isInstanceOf(RemovalUnconfirmed.class)
                    .hasMessageContaining("within 3 s");

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
            assertThat(cluster.writes()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 500, 504})
    void aPodThatTheApiServerDoesNotDeleteConcernsOnlyItself(int code) {
        Sandbox sandbox = launched();
        cluster.refuse("DELETE .*/pods/.*", code);

        assertThatThrownBy(() -> runtime.remove(sandbox.id()))
                .isInstanceOf(RemovalUnconfirmed.class)
                .hasMessageContaining("not today");

        cluster.refuseNothing();
        runtime.remove(sandbox.id());
        assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
    }

    /** An answer that does not arrive is no reason to fail what was done. */
    @Test
    void aPodThatIsGoneAfterAFailureOfTheApiServerIsRemoved() {
        Sandbox sandbox = launched();
        cluster.fail("DELETE .*/pods/.*", 500);

        runtime.remove(sandbox.id());

        assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
    }

    @Test
    void ofARemovalNothingIsConcludedWhileTheApiServerIsAway() {
        Sandbox sandbox = aSandbox(aSpec().namedVolume("data", true, true));
        runtime.launch(sandbox);

        cluster.refuse("(DELETE|GET) .*/pods/.*", 503);
        assertThatThrownBy(() -> runtime.remove(sandbox.id())).isExactlyInstanceOf(RuntimeUnavailable.class);

        cluster.refuseNothing();
        cluster.refuse("(DELETE|GET) .*/persistentvolumeclaims/.*", 503);
        assertThatThrownBy(() -> runtime.remove(sandbox.id())).isExactlyInstanceOf(RuntimeUnavailable.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 500, 504})
    void aClaimThatTheApiServerDoesNotDeleteConcernsOnlyItsSandbox(int code) {
        Sandbox sandbox = aSandbox(aSpec().namedVolume("data", true, true));
        runtime.launch(sandbox);
        cluster.refuse("DELETE .*/persistentvolumeclaims/.*", code);

        assertThatThrownBy(() -> runtime.remove(sandbox.id()))
                .isInstanceOf(RemovalUnconfirmed.class)
                .hasMessageContaining("data");

        cluster.refuseNothing();
        runtime.remove(sandbox.id());
        assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
    }

    /** The API server answers 500 when it does not reach the node that has the log. */
    @Test
    void aLogThatItsNodeDoesNotGiveKeepsNobodyFromTheSandbox() {
        Sandbox sandbox = launched();
        cluster.refuse("GET .*/pods/[^/]*/log.*", 500);

        assertThat(runtime.findLog(sandbox.id(), LOG)).isEmpty();

        assertThat(cluster.requests("GET .*/log.*")).hasSize(1);
    }

    @Test
    void aLogThatDoesNotEndIsNotWaitedFor() {
        Sandbox sandbox = launched();
        cluster.stall("GET .*/pods/[^/]*/log.*");
        try (Cluster api = new Cluster(cluster.config(null).access(), Duration.ofSeconds(60))) {
            assertThat(new PodLog(api, Duration.ofSeconds(1)).find(sandbox.id(), LOG))
                    .isEmpty();
        }
    }

    @Test
    void ofALogNothingIsConcludedWhileTheApiServerIsAway() {
        Sandbox sandbox = launched();
        cluster.refuse("GET .*/pods/[^/]*/log.*", 500);
        cluster.refuse("GET /version", 503);

        assertThatThrownBy(() -> runtime.findLog(sandbox.id(), LOG)).isInstanceOf(RuntimeUnavailable.class);
    }
}
