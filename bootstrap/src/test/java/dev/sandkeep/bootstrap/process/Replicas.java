package dev.sandkeep.bootstrap.process;

import static org.awaitility.Awaitility.await;

import dev.sandkeep.testkit.fixture.PostgreSqlServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** Two servers of one instance on a PostgreSQL of their own, on whatever they make sandboxes. Closing leaves nothing. */
abstract class Replicas implements AutoCloseable {

    static final String SLEEPER = """
            {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 600, "resourceLimits": {"memory": "32Mi"},
             "entrypoint": ["sleep", "1000"]}""";

    /** The secret that both have, which is none. */
    private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

    private static final Duration GENEROUS = Duration.ofSeconds(60);

    final PostgreSqlServer database;

    Replicas() throws IOException {
        database = PostgreSqlServer.start();
    }

    /** Configured, and not started. */
    abstract ServerProcess one();

    abstract ServerProcess two();

    /** The names of the containers or Pods that are really there. */
    abstract List<String> units();

    /** What is really there beside, that was made for sandboxes. */
    abstract List<String> leftovers();

    /** Such a server, on the database that both use. */
    ServerProcess onDatabase(ServerProcess server) {
        return server.with("SANDKEEP_DATABASE_URL", database.url())
                .with("SANDKEEP_DATABASE_USER", database.user())
                .with("SANDKEEP_DATABASE_PASSWORD", database.password())
                .with("SANDKEEP_DATABASE_SECRET_KEY", KEY);
    }

    /** Starts both, the first one first, so that the duties are its. */
    void startBoth() throws IOException {
        one().start();
        awaitDuties(one());
        two().start();
        awaitReady(two());
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
        one().close();
        two().close();
        database.close();
    }
}
