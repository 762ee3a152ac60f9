package dev.sandkeep.bootstrap.process;

import static org.awaitility.Awaitility.await;

import dev.sandkeep.testkit.fixture.PostgreSqlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;

/** Two servers of one instance on a PostgreSQL of their own, on the engine of this machine. Closing leaves nothing. */
final class TwoReplicas implements AutoCloseable {

    static final String SLEEPER = """
            {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 600, "resourceLimits": {"memory": "32Mi"},
             "entrypoint": ["sleep", "1000"]}""";

    /** The secret that both have, which is none. */
    private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

    private static final Path DOCKER = Path.of("/var/run/docker.sock");
    private static final Duration GENEROUS = Duration.ofSeconds(60);

    private final Path directory;
    private final String instance = "replicas-" + UUID.randomUUID().toString().substring(0, 8);
    final PostgreSqlServer database = PostgreSqlServer.start();
    final EngineProxy engineOfOne = EngineProxy.before(DOCKER);
    final EngineProxy engineOfTwo = EngineProxy.before(DOCKER);
    final EngineView engine = new EngineView(engineOfTwo.url(), instance);
    /** Configured, and not started. */
    final ServerProcess one;

    final ServerProcess two;

    TwoReplicas(Path directory) throws IOException {
        this.directory = directory;
        one = server("one", engineOfOne);
        two = server("two", engineOfTwo);
    }

    /** A server that is not one of the two, and not started. */
    ServerProcess server(String name, EngineProxy docker) throws IOException {
        return new ServerProcess(Files.createDirectory(directory.resolve(name)), instance, docker.address())
                .with("SANDKEEP_DATABASE_URL", database.url())
                .with("SANDKEEP_DATABASE_USER", database.user())
                .with("SANDKEEP_DATABASE_PASSWORD", database.password())
                .with("SANDKEEP_DATABASE_SECRET_KEY", KEY);
    }

    /** Starts both, the first one first, so that the duties are its. */
    TwoReplicas start() throws IOException {
        one.start();
        awaitDuties(one);
        two.start();
        awaitReady(two);
        return this;
    }

    static void awaitDuties(ServerProcess server) {
        await("the duties are this server's").atMost(GENEROUS).until(() -> hasDuties(server));
    }

    static boolean hasDuties(ServerProcess server) {
        return server.text("GET", "/metrics").lines().anyMatch("sandkeep_duties_held 1.0"::equals);
    }

    static void awaitReady(ServerProcess server) {
        await("the server is ready").atMost(GENEROUS).until(() -> server.readiness() == 200);
    }

    @Override
    public void close() throws IOException {
        one.close();
        two.close();
        engine.close();
        engineOfOne.close();
        engineOfTwo.close();
        database.close();
    }
}
