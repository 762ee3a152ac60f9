package dev.sandkeep.adapters.k8s;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.port.ObservedSandbox;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.testkit.contract.RecordedWatch;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the adapter says and does while its API server cannot be reached, and afterwards. */
class ClusterFaultsIT {

    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    private TestCluster cluster;
    private ApiRelay relay;
    private KubernetesSandboxRuntime runtime;

    @BeforeEach
    void connect() throws IOException {
        cluster = TestCluster.assumed();
        relay = new ApiRelay(cluster.raw().getConfiguration());
        KubernetesConfig config = cluster.config();
        runtime = cluster.runtime(new KubernetesConfig(
                config.instance(),
                new KubernetesConfig.Access(
                        relay.kubeconfig(TestCluster.kubeconfig(), directory), null, cluster.namespace()),
                config.reach(),
                config.pods(),
                config.guard(),
                new KubernetesConfig.Timeouts(Duration.ofSeconds(3), Duration.ofSeconds(30), Duration.ofSeconds(60))));
    }

    @AfterEach
    void end() throws IOException {
        if (cluster != null) {
            cluster.close();
            relay.close();
        }
    }

    private void deletePod(Sandbox sandbox) {
        cluster.raw()
                .pods()
                .inNamespace(cluster.namespace())
                .withName(PodSpecs.nameOf(sandbox.id()))
                .withGracePeriod(0)
                .delete();
    }

    @Test
    void aWatchThatIsCutMissesNothing() {
        Sandbox kept = aSandbox();
        Sandbox lost = aSandbox();
        runtime.launch(kept);
        runtime.launch(lost);
        RecordedWatch watch = new RecordedWatch();
        try (var _ = runtime.watch(watch)) {
            for (int i = 0; i < 3; i++) {
                await("a connection to cut").atMost(SOON).until(() -> relay.cut() > 0);
                await().atMost(SOON)
                        .ignoreException(RuntimeUnavailable.class)
                        .until(() -> runtime.observe(kept.id()) instanceof Observation.Running);
            }
            relay.cut();
            deletePod(lost);

            await().atMost(SOON).untilAsserted(() -> assertThat(watch.changes()).contains(lost.id()));
            await().atMost(SOON)
                    .ignoreException(RuntimeUnavailable.class)
                    .until(() -> runtime.observe(lost.id()) instanceof Observation.Missing);
            assertThat(runtime.observeAll()).extracting(ObservedSandbox::id).containsExactly(kept.id());
        }
    }

    /**
     * One that was just started remembers everything. What is older than 75 seconds it forgets, once more happened since
     * than it has room for.
     */
    private void awaitThatTheApiServerForgets() {
        if (hasForgotten()) {
            return;
        }
        var pods = cluster.raw().pods().inNamespace(cluster.namespace());
        var idle = pods.resource(new PodBuilder()
                .withNewMetadata()
                .withName("idle")
                .endMetadata()
                .withNewSpec()
                .addToNodeSelector("sandkeep-test", "no-such-node")
                .addNewContainer()
                .withName("idle")
                .withImage("idle")
                .endContainer()
                .endSpec()
                .build());
        var _ = idle.create();
        AtomicInteger change = new AtomicInteger();
        await("the API server forgets").atMost(Duration.ofMinutes(5)).until(() -> {
            for (int i = 0; i < 20; i++) {
                String next = Integer.toString(change.incrementAndGet());
                var _ = idle.edit(pod -> new PodBuilder(pod)
                        .editMetadata()
                        .addToLabels("change", next)
                        .endMetadata()
                        .build());
            }
            return hasForgotten();
        });
    }

    private boolean hasForgotten() {
        return cluster.raw()
                .raw("/api/v1/namespaces/" + cluster.namespace()
                        + "/pods?watch=true&resourceVersion=1&timeoutSeconds=1")
                .contains("\"code\":410");
    }

    @Test
    void aWatchThatBeginsAtWhatTheApiServerHasForgottenMissesNothing() {
        Sandbox kept = aSandbox();
        Sandbox lost = aSandbox();
        runtime.launch(kept);
        runtime.launch(lost);
        awaitThatTheApiServerForgets();
        RecordedWatch watch = new RecordedWatch();
        try (var _ = runtime.watch(watch)) {
            await().atMost(SOON).until(() -> watch.timesConnected() == 1);

            relay.forget();
            relay.cut();
            deletePod(lost);

            await("410 Gone is answered by a new list").atMost(SOON).until(() -> relay.listsSinceForgotten() > 0);
            await().atMost(SOON).untilAsserted(() -> assertThat(watch.changes()).contains(lost.id()));
            await().atMost(SOON)
                    .ignoreException(RuntimeUnavailable.class)
                    .until(() -> runtime.observe(kept.id()) instanceof Observation.Running);
            assertThat(runtime.observe(lost.id())).isInstanceOf(Observation.Missing.class);
            assertThat(watch.changes()).doesNotContain(kept.id());
        }
    }

    @Test
    void duringAnOutageNothingIsSaidOfAnySandboxAndAfterItTheTruth() {
        Sandbox kept = aSandbox();
        Sandbox lost = aSandbox();
        runtime.launch(kept);
        runtime.launch(lost);
        RecordedWatch watch = new RecordedWatch();
        try (var _ = runtime.watch(watch)) {
            await().atMost(SOON).until(() -> watch.timesConnected() == 1);

            relay.goAway();
            await().atMost(SOON).until(() -> watch.timesDisconnected() == 1);
            assertThatThrownBy(() -> runtime.observe(kept.id())).isInstanceOf(RuntimeUnavailable.class);
            assertThatThrownBy(() -> runtime.observeAll()).isInstanceOf(RuntimeUnavailable.class);
            assertThatThrownBy(() -> runtime.launch(aSandbox())).isInstanceOf(RuntimeUnavailable.class);
            assertThatThrownBy(() -> runtime.remove(kept.id())).isInstanceOf(RuntimeUnavailable.class);
            deletePod(lost);

            relay.comeBack();
            await().atMost(SOON).until(() -> watch.timesConnected() == 2);
            assertThat(runtime.observe(kept.id())).isInstanceOf(Observation.Running.class);
            assertThat(runtime.observe(lost.id())).isInstanceOf(Observation.Missing.class);
            runtime.remove(kept.id());
            assertThat(runtime.observeAll()).isEmpty();
        }
    }

    @Test
    void portsCanBeForwardedThroughTheApiServer() throws IOException {
        KubernetesConfig config = cluster.config();
        try (KubernetesSandboxRuntime forwarding = cluster.runtime(new KubernetesConfig(
                config.instance(),
                config.access(),
                KubernetesConfig.Reach.FORWARD,
                config.pods(),
                config.guard(),
                config.timeouts()))) {
            Sandbox sandbox =
                    aSandbox(aSpec().entrypoint("sh", "-c", "while true; do echo hello | nc -l -p 8000; done"));
            forwarding.launch(sandbox);

            await().atMost(SOON).ignoreExceptions().untilAsserted(() -> {
                try (Socket socket = new Socket()) {
                    socket.connect(forwarding.findAddress(sandbox.id(), 8000).orElseThrow());
                    assertThat(new String(socket.getInputStream().readNBytes(5), StandardCharsets.UTF_8))
                            .isEqualTo("hello");
                }
            });
            forwarding.remove(sandbox.id());
            assertThat(forwarding.findAddress(sandbox.id(), 8000)).isEmpty();
        }
    }
}
