package dev.sandkeep.bootstrap.process;

import java.io.IOException;
import org.junit.jupiter.api.parallel.Isolated;

/** On a cluster: every sandbox is one Pod. */
@Isolated("It says how late a deadline may be")
class KubernetesReplicaKillsIT extends ReplicaKills {

    @Override
    Replicas replicas() throws IOException {
        return ClusterReplicas.assumed(directory);
    }
}
