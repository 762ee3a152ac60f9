package dev.sandkeep.bootstrap.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** Two replicas on the engine of this machine. */
final class TwoReplicas extends Replicas {

    private static final Path DOCKER = Path.of("/var/run/docker.sock");

    private final Path directory;
    private final String instance = "replicas-" + UUID.randomUUID().toString().substring(0, 8);
    final EngineProxy engineOfOne = EngineProxy.before(DOCKER);
    final EngineProxy engineOfTwo = EngineProxy.before(DOCKER);
    final EngineView engine = new EngineView(engineOfTwo.url(), instance);
    final ServerProcess one;
    final ServerProcess two;

    TwoReplicas(Path directory) throws IOException {
        this.directory = directory;
        one = server("one", engineOfOne);
        two = server("two", engineOfTwo);
    }

    /** A server that is not one of the two, and not started. */
    ServerProcess server(String name, EngineProxy docker) throws IOException {
        return onDatabase(
                new ServerProcess(Files.createDirectory(directory.resolve(name)), instance, docker.address()));
    }

    TwoReplicas start() throws IOException {
        startBoth();
        return this;
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
        return engine.containers();
    }

    @Override
    List<String> leftovers() {
        return engine.volumes();
    }

    @Override
    public void close() throws IOException {
        super.close();
        engine.close();
        engineOfOne.close();
        engineOfTwo.close();
    }
}
