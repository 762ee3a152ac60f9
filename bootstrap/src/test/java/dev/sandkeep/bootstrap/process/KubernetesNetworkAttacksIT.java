package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.bootstrap.process.GuardedPlace.GuardedSandbox;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** On Pods of a real cluster, whose API server and node are to be closed, too. */
class KubernetesNetworkAttacksIT extends NetworkAttacks {

    private GuardedPods pods;

    @Override
    GuardedPlace open(Path directory) throws IOException {
        pods = new GuardedPods(ClusterView.assumed(), directory);
        return pods;
    }

    /** Also to one that may reach every private address. */
    private void assertClosed(String host, String port) {
        GuardedSandbox trusted = run(PRIVATE_RANGES);
        assertThat(Stream.concat(sandboxes().stream(), Stream.of(trusted)))
                .allSatisfy(each -> assertThat(each.probe("tcp", host, port)).isEqualTo("refused"));
        trusted.delete();
    }

    @Test
    void theApiServerIsClosed() {
        String[] address = pods.cluster().apiServer().split(" ", 2);

        assertClosed(address[0], address[1]);
    }

    @Test
    void theNodeIsClosedAtTheAddressThatTheClusterKnows() throws IOException {
        String sandbox = sandboxes().getFirst().id();
        try (ServerSocket service = new ServerSocket(0)) {
            assertClosed(pods.cluster().pod(sandbox).getStatus().getHostIP(), Integer.toString(service.getLocalPort()));
        }
    }

    @Test
    void theTokenOfTheClusterIsNotThere() {
        assertThat(sandboxes())
                .allSatisfy(each -> assertThat(pods.cluster()
                                .exec(
                                        ClusterView.nameOf(each.id()),
                                        "sandbox",
                                        "ls",
                                        "/var/run/secrets/kubernetes.io/serviceaccount"))
                        .contains("No such file or directory"));
    }
}
