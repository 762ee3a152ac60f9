package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.ServerProcess.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Parts of the cluster stop for a while: nothing is lost, nothing is left over, and nothing untrue is said meanwhile. */
@Isolated("It stops parts of the cluster that the other tests use")
class KubernetesOutageIT {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration OUTAGE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private ClusterView cluster;
    private ServerProcess server;

    @BeforeEach
    void start() throws IOException {
        cluster = ClusterView.assumed();
        server = cluster.server(directory)
                .with("SANDKEEP_KUBERNETES_CALL_TIMEOUT_SECONDS", "5")
                .start();
        awaitReady();
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private void awaitReady() {
        await("the server is ready").atMost(SOON).until(() -> server.readiness() == 200);
    }

    private static String request(String script, int timeout) {
        return """
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": %d, "resourceLimits": {"memory": "32Mi"},
                 "entrypoint": ["sh", "-c", "%s"]}""".formatted(timeout, script);
    }

    private String running(String script, int timeout) {
        Answer created = server.create(request(script, timeout), "Prefer", "wait=60");
        assertThat(created.state()).as(created.body().toString()).isEqualTo("Running");
        return created.id();
    }

    private void awaitState(String id, String state) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(server.get(id).state()).isEqualTo(state));
    }

    private void awaitDeleted(String id) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(server.get(id).status()).isEqualTo(404));
    }

    private void awaitPods(String... sandboxes) {
        String[] names = new String[sandboxes.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = ClusterView.nameOf(sandboxes[i]);
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(cluster.podNames()).containsExactlyInAnyOrder(names));
    }

    private String uidOf(String sandbox) {
        return cluster.pod(sandbox).getMetadata().getUid();
    }

    @Test
    void anApiServerThatIsAwayForAMinuteCostsNoSandboxAndNoTruth() {
        try (ClusterPart apiServer = ClusterPart.assumed("APISERVER")) {
            String kept = running("sleep 1000", 3600);
            String uid = uidOf(kept);
            String deleted = running("sleep 1000", 3600);
            String endsMeanwhile = running("sleep 30; exit 7", 3600);
            String expiresMeanwhile = running("sleep 1000", 60);
            apiServer.stop();
            Instant back = Instant.now().plus(OUTAGE);
            await("the server notices").atMost(SOON).until(() -> server.readiness() == 503);

            Answer refused = server.create(request("sleep 1000", 3600));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body().path("code").asText()).isEqualTo("RUNTIME_UNAVAILABLE");
            assertThat(server.delete(deleted).status()).isEqualTo(503);
            await().atMost(OUTAGE.multipliedBy(2)).until(() -> {
                assertThat(server.get(kept).state()).isEqualTo("Running");
                assertThat(server.get(endsMeanwhile).state()).isEqualTo("Running");
                assertThat(server.get(deleted).state()).isEqualTo("Stopping");
                assertThat(server.get(expiresMeanwhile).state()).isIn("Running", "Stopping");
                return Instant.now().isAfter(back);
            });
            apiServer.start();
            awaitReady();

            awaitState(endsMeanwhile, "Failed");
            assertThat(server.get(endsMeanwhile).body().path("exitCode").asInt())
                    .isEqualTo(7);
            awaitState(expiresMeanwhile, "Terminated");
            assertThat(server.get(expiresMeanwhile).reason()).isEqualTo("ttl_expiry");
            awaitDeleted(deleted);
            assertThat(server.get(kept).state()).isEqualTo("Running");
            awaitPods(kept);
            assertThat(uidOf(kept)).as("the same Pod").isEqualTo(uid);
            awaitNodeTakesPods();
        }
    }

    @Test
    void aNodeWhoseKubeletIsAwayKeepsItsSandboxesAndEndsWhatWasDeletedWhenItIsBack() {
        try (ClusterPart kubelet = ClusterPart.assumed("KUBELET")) {
            String kept = running("sleep 1000", 3600);
            String uid = uidOf(kept);
            String deleted = running("sleep 1000", 3600);
            String endsMeanwhile = running("sleep 20; exit 7", 3600);
            kubelet.stop();

            assertThat(server.delete(deleted).status()).isEqualTo(503);
            Answer unconfirmed = server.get(deleted);
            assertThat(unconfirmed.state()).isEqualTo("Stopping");
            await("the cluster gives the node up").atMost(SOON).until(this::isNodeAway);
            Answer refused = server.create(request("sleep 1000", 3600), "Prefer", "wait=60");
            assertThat(refused.state()).isEqualTo("Failed");
            assertThat(refused.reason()).isEqualTo("provision_timeout");
            assertThat(refused.body().path("status").path("message").asText())
                    .contains("No node takes it", "untolerated taint");
            assertThat(server.get(kept).state()).isEqualTo("Running");
            assertThat(server.get(endsMeanwhile).state()).isEqualTo("Running");
            assertThat(server.get(deleted).state()).isEqualTo("Stopping");
            kubelet.start();

            awaitDeleted(deleted);
            awaitState(endsMeanwhile, "Failed");
            assertThat(server.get(endsMeanwhile).body().path("exitCode").asInt())
                    .isEqualTo(7);
            assertThat(server.get(kept).state()).isEqualTo("Running");
            awaitPods(kept);
            assertThat(uidOf(kept)).as("the same Pod").isEqualTo(uid);
            awaitNodeTakesPods();
        }
    }

    /** The cluster takes its time to trust a node again that it did not hear from. */
    private void awaitNodeTakesPods() {
        await("the node takes Pods again")
                .atMost(SOON)
                .until(() -> server.create(request("sleep 1000", 3600), "Prefer", "wait=60")
                        .state()
                        .equals("Running"));
    }

    private boolean isNodeAway() {
        return cluster.client().nodes().list().getItems().stream()
                .flatMap(node -> node.getSpec().getTaints().stream())
                .anyMatch(taint -> taint.getKey().equals("node.kubernetes.io/unreachable")
                        && taint.getEffect().equals("NoSchedule"));
    }
}
