package dev.sandkeep.bootstrap.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Two replicas on a cluster; skips the test if there is none. */
final class ClusterReplicas extends Replicas {

    private final ClusterView cluster;
    private final ServerProcess one;
    private final ServerProcess two;

    private ClusterReplicas(ClusterView cluster, Path directory) throws IOException {
        this.cluster = cluster;
        one = onDatabase(cluster.server(Files.createDirectory(directory.resolve("one"))));
        two = onDatabase(cluster.server(Files.createDirectory(directory.resolve("two"))));
    }

    static ClusterReplicas assumed(Path directory) throws IOException {
        return new ClusterReplicas(ClusterView.assumed(), directory);
    }

    @Override
    ServerProcess one() {
        return one;
    }

    @Override
    ServerProcess two() {
        return two;
    }

    @Override
    List<String> units() {
        return cluster.podNames();
    }

    @Override
    List<String> leftovers() {
        return cluster.leftovers();
    }

    @Override
    public void close() throws IOException {
        super.close();
        cluster.close();
    }
}
