package dev.sandkeep.bench;

import dev.sandkeep.adapters.persistence.Database;
import dev.sandkeep.adapters.persistence.JdbiSandboxRepository;
import dev.sandkeep.adapters.persistence.PersistenceConfig;
import dev.sandkeep.adapters.persistence.SecretKeyFile;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.StopCause;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What sandboxes take in PostgreSQL, and how fast their lives are recorded there. */
final class Recording {

    private static final int SANDBOXES = 20_000;
    private static final int READS = 20;
    private static final int LIVES = 2_000;
    private static final int CHANGES_OF_A_LIFE = 4;

    private final PersistenceConfig.PostgreSql storage;
    private final Path directory;

    /** @param storage a database without sandboxes */
    Recording(PersistenceConfig.PostgreSql storage, Path directory) {
        this.storage = storage;
        this.directory = directory;
    }

    List<String> rows() throws Exception {
        List<String> rows = new ArrayList<>();
        Seed.running(directory, storage, SANDBOXES);
        rows.add(size("a sandbox that runs, bytes", SANDBOXES, "sandbox", "sandbox_metadata"));
        rows.add(size("its first entry of the journal, bytes", SANDBOXES, "journal"));
        try (Database database = open()) {
            rows.add(readingAll(database.sandboxes()));
        }
        clear();
        try (Database database = open()) {
            for (int writers : List.of(1, 8, 32)) {
                rows.add(lives(database.sandboxes(), writers));
            }
        }
        rows.add(size("a life that ended, bytes", 3 * LIVES, "sandbox", "sandbox_metadata"));
        rows.add(size("its entries of the journal, bytes", 3 * LIVES, "journal"));
        return rows;
    }

    private Database open() {
        return Database.open(
                new PersistenceConfig(storage, 32, SecretKeyFile.readOrCreate(directory)),
                "bench",
                InstantSource.system());
    }

    /** As each comparison with the runtime does. */
    private static String readingAll(JdbiSandboxRepository repository) {
        Samples samples = new Samples();
        for (int i = 0; i < READS; i++) {
            samples.time(repository::listLive);
        }
        return samples.row("all of them at once, for a comparison with what runs");
    }

    private static String lives(JdbiSandboxRepository repository, int writers) throws Exception {
        Samples samples = new Samples();
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < LIVES; i++) {
                int number = i;
                running.add(threads.submit(() -> samples.time(() -> live(repository, number))));
            }
            for (Future<?> life : running) {
                life.get();
            }
        }
        Duration wall = Duration.ofNanos(System.nanoTime() - start);
        String failure = samples.failure();
        return samples.row("lives of " + CHANGES_OF_A_LIFE + " changes, " + writers + " at a time", wall)
                + (failure.isEmpty() ? "" : " " + failure);
    }

    private static void live(JdbiSandboxRepository repository, int number) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        Sandbox sandbox = Sandbox.request(SandboxId.of(UUID.randomUUID()), Seed.spec(number), Duration.ofHours(1), now);
        repository.add(sandbox, null);
        Sandbox running = repository.save(sandbox.started(now));
        Sandbox stopping = repository.save(running.beginStop(StopCause.USER_DELETE, now));
        repository.save(stopping.stopped(now));
    }

    private String size(String name, int of, String... tables) throws SQLException {
        long bytes = 0;
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String table : tables) {
                statement.execute("vacuum analyze " + table);
                try (ResultSet result = statement.executeQuery("select pg_total_relation_size('" + table + "')")) {
                    result.next();
                    bytes += result.getLong(1);
                }
            }
        }
        return String.format("| %s | %d | %d | | | |", name, of, bytes / of);
    }

    private void clear() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("truncate sandbox, sandbox_metadata, journal cascade");
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(storage.url(), storage.user(), storage.password());
    }
}
