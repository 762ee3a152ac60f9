package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandkeep.bootstrap.process.ServerProcess.Answer;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sandboxes that ask for a GPU, on a node that says that it has one. No program here can use it. */
class KubernetesGpuIT {

    private static final String GPU = "nvidia.com/gpu";
    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private ClusterView cluster;
    private String node;
    private ServerProcess server;

    @BeforeEach
    void start() throws IOException {
        cluster = ClusterView.assumed();
        Node only = cluster.client().nodes().list().getItems().getFirst();
        assumeTrue(
                !only.getStatus().getCapacity().containsKey(GPU),
                "the node of the cluster has GPUs of its own, which this test would hide");
        node = only.getMetadata().getName();
        setCapacity("1");
        server = cluster.server(directory)
                .with("SANDKEEP_KUBERNETES_GPU", "true")
                .start();
        await("the server is ready").atMost(SOON).until(() -> server.readiness() == 200);
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.close();
        }
        if (cluster != null) {
            if (node != null) {
                cluster.client().nodes().withName(node).editStatus(KubernetesGpuIT::withoutGpu);
            }
            cluster.close();
        }
    }

    /** As an operator would tell of a device that no plugin manages; the kubelet then offers it. */
    private void setCapacity(String count) {
        cluster.client()
                .nodes()
                .withName(node)
                .editStatus(seen -> new NodeBuilder(seen)
                        .editStatus()
                        .addToCapacity(GPU, new Quantity(count))
                        .endStatus()
                        .build());
        await("the node offers it")
                .atMost(SOON)
                .until(() -> new Quantity(count)
                        .equals(cluster.client()
                                .nodes()
                                .withName(node)
                                .get()
                                .getStatus()
                                .getAllocatable()
                                .get(GPU)));
    }

    private static Node withoutGpu(Node seen) {
        return new NodeBuilder(seen)
                .editStatus()
                .removeFromCapacity(GPU)
                .removeFromAllocatable(GPU)
                .endStatus()
                .build();
    }

    private Answer create(String gpus) {
        return server.create("""
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 3600,
                 "resourceLimits": {"memory": "32Mi", "gpu": "%s"}, "entrypoint": ["sleep", "1000"]}""".formatted(gpus), "Prefer", "wait=60");
    }

    @Test
    void asManySandboxesAsThereAreGpusRunAndTheNextOneIsToldThatThereIsNone() {
        Answer first = create("1");
        assertThat(first.state()).as(first.body().toString()).isEqualTo("Running");
        assertThat(cluster.pod(first.id()).getSpec().getContainers())
                .filteredOn(container -> container.getName().equals("sandbox"))
                .singleElement()
                .satisfies(container -> {
                    assertThat(container.getResources().getLimits()).containsEntry(GPU, new Quantity("1"));
                    assertThat(container.getResources().getRequests()).containsEntry(GPU, new Quantity("1"));
                });

        Answer second = create("1");
        assertThat(second.state()).as(second.body().toString()).isEqualTo("Failed");
        assertThat(second.reason()).isEqualTo("provision_timeout");
        assertThat(second.body().path("status").path("message").asText())
                .contains("No node takes it", "Insufficient " + GPU);
        assertThat(cluster.podNames()).doesNotContain(ClusterView.nameOf(second.id()));

        server.delete(first.id());
        Answer third = create("1");
        assertThat(third.state()).as(third.body().toString()).isEqualTo("Running");
        server.delete(third.id());
    }
}
