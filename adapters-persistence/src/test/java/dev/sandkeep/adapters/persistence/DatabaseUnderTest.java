package dev.sandkeep.adapters.persistence;

import dev.sandkeep.adapters.persistence.PersistenceConfig.H2;
import dev.sandkeep.adapters.persistence.PersistenceConfig.PostgreSql;
import dev.sandkeep.adapters.persistence.PersistenceConfig.Storage;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/** An open database, with a back door for tests. */
final class DatabaseUnderTest implements AutoCloseable {

    static final SecretKey KEY = keyOf(1);
    static final SecretKey ANOTHER_KEY = keyOf(2);

    final SettableClock clock = new SettableClock(Sandboxes.NOW);
    private final Storage storage;
    private final Database database;

    DatabaseUnderTest(Storage storage, SecretKey key) {
        this(storage, key, 8);
    }

    private DatabaseUnderTest(Storage storage, SecretKey key, int connections) {
        this.storage = storage;
        this.database = Database.open(new PersistenceConfig(storage, connections, key), "one", clock);
    }

    /** The same one, with so many connections. */
    DatabaseUnderTest again(int connections) {
        return new DatabaseUnderTest(storage, KEY, connections);
    }

    static DatabaseUnderTest h2(Path directory) {
        return new DatabaseUnderTest(new H2(directory), KEY);
    }

    private static SecretKey keyOf(int value) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) value;
        return new SecretKeySpec(bytes, "AES");
    }

    JdbiSandboxRepository sandboxes() {
        return database.sandboxes();
    }

    JdbiSandboxRepository sandboxesOf(String server) {
        return database.sandboxesOf(server);
    }

    JdbiProvisioningClaims provisioningClaimsOf(String server) {
        return database.provisioningClaimsOf(server);
    }

    JdbiLeases leases() {
        return database.leases();
    }

    /** Begins a change of the journal, as every writer does, and stands still in the middle of it until it is allowed on. */
    void standStillInAChange(CountDownLatch begun, CountDownLatch goOn) throws InterruptedException {
        database.jdbi().useTransaction(handle -> {
            handle.execute("update journal_head set last_number = last_number");
            begun.countDown();
            goOn.await();
        });
    }

    /** As if that much time had passed for all leases. */
    void passLeaseTime(Duration time) {
        execute("update lease set ends_at = ends_at - interval '" + time.toSeconds() + "' second");
    }

    /** The same for all claims to receivers of webhooks. */
    void passClaimTime(Duration time) {
        execute("update webhook_cursor set claimed_until = claimed_until - interval '" + time.toSeconds() + "' second");
    }

    JdbiJournal journal() {
        return database.journal();
    }

    JdbiSandboxLogs logs() {
        return database.logs();
    }

    JdbiSnapshotRepository snapshots() {
        return database.snapshots();
    }

    JdbiSandboxActivity activity() {
        return database.activity();
    }

    JdbiEndpointGenerations endpointGenerations() {
        return database.endpointGenerations();
    }

    JdbiWebhookCursors webhookCursors() {
        return database.webhookCursors();
    }

    JdbiPrivateImages privateImagesOf(String server) {
        return database.privateImagesOf(server);
    }

    JdbiPrivateImages privateImages() {
        return database.privateImages();
    }

    /** Runs statements past the product's code. */
    void execute(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("Cannot execute " + List.of(statements), failed);
        }
    }

    private Connection connect() throws SQLException {
        return switch (storage) {
            case H2 h2 ->
                DriverManager.getConnection(
                        "jdbc:h2:file:" + h2.dataDirectory().resolve("sandkeep")
                                + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
                        "sandkeep",
                        "");
            case PostgreSql pg -> DriverManager.getConnection(pg.url(), pg.user(), pg.password());
        };
    }

    /** Adds sandboxes past the product's code, one in a hundred of them Paused and as many Failed, with two labels. */
    void fill(int count) {
        Jdbi.create(this::connect).useTransaction(handle -> {
            PreparedBatch sandboxes = handle.prepareBatch("""
                    insert into sandbox (id, version, state, ended, reason, message, since, created_at, spec)
                    values (?, 0, ?, ?, 'RUNNING', '', ?, ?, '{}')""");
            PreparedBatch labels = handle.prepareBatch(
                    "insert into sandbox_metadata (sandbox_id, label_name, label_value) values (?, ?, ?)");
            for (int i = 0; i < count; i++) {
                UUID id = UUID.randomUUID();
                OffsetDateTime time = Instants.utc(Sandboxes.NOW.plusSeconds(i));
                String state = i % 100 == 0 ? "PAUSED" : i % 100 == 1 ? "FAILED" : "RUNNING";
                sandboxes.add(id, state, state.equals("FAILED"), time, time);
                labels.add(id, "team", "t" + i / 10).add(id, "kind", "batch");
            }
            sandboxes.execute();
            labels.execute();
        });
        execute("analyze");
    }

    /** How the database would find what this asks for. */
    String plan(SandboxQuery query) {
        SandboxSelection selection = new SandboxSelection(query);
        return Jdbi.create(this::connect)
                .withHandle(handle -> String.join(
                        "\n",
                        selection
                                .bindPage(handle.createQuery("explain " + selection.pageSql()))
                                .mapTo(String.class)
                                .list()));
    }

    void clear() {
        execute(
                "delete from sandbox",
                "delete from journal",
                "delete from webhook_cursor",
                "delete from webhook_dead_letter",
                "delete from create_request",
                "delete from private_image",
                "delete from sandbox_owner",
                "delete from lease",
                "delete from snapshot");
    }

    @Override
    public void close() {
        database.close();
    }
}
