package dev.sandkeep.adapters.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.k8s.KubernetesConfig.Reach;
import dev.sandkeep.domain.network.Cidr;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which ports are reached by the address of the Pod, and which are forwarded, which begins before the cluster is asked. */
class PodPortsTest {

    private static boolean isDirect(Pod pod, Reach reach, boolean inCluster, String own) {
        try (Cluster cluster = new Cluster(
                        new ConfigBuilder()
                                .withMasterUrl("http://127.0.0.1:9")
                                .withNamespace("boxes")
                                .build(),
                        null,
                        Duration.ofSeconds(1));
                PodPorts ports = new PodPorts(
                        cluster, reach, inCluster, List.of(Cidr.find(own).orElseThrow()))) {
            InetSocketAddress found = ports.find(pod, 8000).orElseThrow();
            assertThat(found.getAddress().isLoopbackAddress()).isNotEqualTo(found.equals(direct()));
            return found.equals(direct());
        }
    }

    private static InetSocketAddress direct() {
        return new InetSocketAddress("10.9.0.7", 8000);
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO,    true,  10.9.1.1,             10.9.1.1,  true",
        "AUTO,    true,  '10.9.1.2,10.9.1.1',  10.9.1.1,  true",
        "AUTO,    true,  10.9.0.0/16,          10.9.1.1,  true",
        "AUTO,    true,  10.9.0.0/16,          10.9.0.0/16, true",
        "AUTO,    true,  10.9.1.1,             10.9.0.0/16, false",
        "AUTO,    true,  10.9.1.2,             10.9.1.1,  false",
        "AUTO,    true,  '',                   10.9.1.1,  false",
        "AUTO,    false, 10.9.1.1,             10.9.1.1,  false",
        "DIRECT,  false, 10.9.1.2,             10.9.1.1,  true",
        "FORWARD, true,  10.9.1.1,             10.9.1.1,  false",
    })
    void aGuardedSandboxIsReachedDirectlyByWhomItsGuardLetsIn(
            Reach reach, boolean inCluster, String letIn, String own, boolean direct) {
        for (String kind : List.of("initContainers", "containers")) {
            Pod pod = PodStates.read("""
                    metadata: {name: p, uid: u}
                    spec: {%s: [{name: egress, env: [{name: SANDKEEP_EGRESS_GATEWAYS, value: "%s"}]}]}
                    status: {podIP: 10.9.0.7}
                    """.formatted(kind, letIn));

            assertThat(isDirect(pod, reach, inCluster, own)).as(kind).isEqualTo(direct);
        }
    }

    @Test
    void oneWithoutAGuardIsReachedDirectlyByEveryServerInTheCluster() {
        Pod pod = PodStates.read("metadata: {name: p, uid: u}\nspec: {}\nstatus: {podIP: 10.9.0.7}");

        assertThat(isDirect(pod, Reach.AUTO, true, "10.9.1.1")).isTrue();
        assertThat(isDirect(pod, Reach.AUTO, false, "10.9.1.1")).isFalse();
    }
}
