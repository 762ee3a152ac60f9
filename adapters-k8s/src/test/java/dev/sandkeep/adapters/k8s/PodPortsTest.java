package dev.sandkeep.adapters.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.adapters.k8s.KubernetesConfig.Reach;
import dev.sandkeep.domain.network.Cidr;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
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

    private static Cluster aCluster() {
        return new Cluster(
                new ConfigBuilder()
                        .withMasterUrl("http://127.0.0.1:9")
                        .withNamespace("boxes")
                        .build(),
                null,
                Duration.ofSeconds(1));
    }

    private static Pod pod(String uid) {
        return PodStates.read("metadata: {name: p, uid: " + uid + "}\nspec: {}\nstatus: {podIP: 10.9.0.7}");
    }

    private static boolean listens(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, 1_000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    @Test
    void thePortOfAPodThatWasAskedForTheLongestAgoMakesRoomForOneMore() {
        try (Cluster cluster = aCluster();
                PodPorts ports = new PodPorts(cluster, Reach.FORWARD, false, List.of())) {
            InetSocketAddress other = ports.find(pod("other"), 1).orElseThrow();
            InetSocketAddress first = ports.find(pod("u"), 1).orElseThrow();
            InetSocketAddress second = ports.find(pod("u"), 2).orElseThrow();
            for (int port = 3; port <= PodPorts.MOST_OF_ONE_POD; port++) {
                assertThat(ports.find(pod("u"), port)).isPresent();
            }
            assertThat(ports.find(pod("u"), 1)).contains(first);

            assertThat(ports.find(pod("u"), PodPorts.MOST_OF_ONE_POD + 1)).isPresent();

            assertThat(ports.count()).isEqualTo(PodPorts.MOST_OF_ONE_POD + 1);
            await().atMost(Duration.ofSeconds(20)).until(() -> !listens(second));
            assertThat(listens(first)).isTrue();
            assertThat(listens(other)).isTrue();
        }
    }

    /** Whoever looked it up just before it went asks for its port just after. */
    @Test
    void toAPodThatIsGoneNothingIsForwarded() {
        try (Cluster cluster = aCluster();
                PodPorts ports = new PodPorts(cluster, Reach.FORWARD, false, List.of())) {
            InetSocketAddress open = ports.find(pod("u"), 1).orElseThrow();

            ports.forget(pod("u"));

            assertThat(ports.find(pod("u"), 1)).isEmpty();
            assertThat(ports.count()).isZero();
            await().atMost(Duration.ofSeconds(20)).until(() -> !listens(open));
            assertThat(ports.find(pod("next"), 1)).isPresent();
        }
    }
}
