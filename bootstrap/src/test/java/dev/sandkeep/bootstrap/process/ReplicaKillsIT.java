package dev.sandkeep.bootstrap.process;

import java.io.IOException;
import org.junit.jupiter.api.parallel.Isolated;

/** On the container engine of this machine. */
@Isolated("It says how late a deadline may be")
class ReplicaKillsIT extends ReplicaKills {

    @Override
    Replicas replicas() throws IOException {
        return new TwoReplicas(directory);
    }
}
