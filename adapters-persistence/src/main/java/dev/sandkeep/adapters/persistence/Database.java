package dev.sandkeep.adapters.persistence;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sandkeep.adapters.persistence.PersistenceConfig.H2;
import dev.sandkeep.adapters.persistence.PersistenceConfig.PostgreSql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jdbi.v3.core.Jdbi;

/** An open database whose tables are up to date. Thread-safe. */
public final class Database implements AutoCloseable {

    private static final Duration WAIT_FOR_CONNECTION = Duration.ofSeconds(10);
    private static final Duration WAIT_FOR_ANSWER = Duration.ofSeconds(30);

    /** A lease must be renewed in time, however busy all others are, or be known to be in danger. */
    private static final Duration WAIT_FOR_LEASE = Duration.ofSeconds(3);

    /** After which silence of a server PostgreSQL takes back the change that it began. */
    private static final Duration LONGEST_PAUSE_WITHIN_A_CHANGE = Duration.ofSeconds(5);

    private final HikariDataSource pool;
    private final HikariDataSource leasePool;
    private final String server;
    private final SecretBox secrets;
    private final Jdbi jdbi;
    private final JournalRows journal;
    private final boolean embedded;

    private Database(
            HikariDataSource pool,
            HikariDataSource leasePool,
            String server,
            SecretBox secrets,
            InstantSource clock,
            boolean embedded) {
        this.pool = pool;
        this.leasePool = leasePool;
        this.server = server;
        this.embedded = embedded;
        this.secrets = secrets;
        this.journal = new JournalRows(clock);
        this.jdbi = Jdbi.create(pool);
    }

    /**
     * Connects, and brings the tables up to date.
     *
     * @param server tells this server from all others on the same database
     * @param clock tells when something was written
     * @throws DatabaseInUse if another process has the H2 database open
     */
    public static Database open(PersistenceConfig config, String server, InstantSource clock) {
        HikariConfig settings = new HikariConfig();
        settings.setPoolName("sandkeep");
        settings.setMaximumPoolSize(config.poolSize());
        settings.setConnectionTimeout(WAIT_FOR_CONNECTION.toMillis());
        HikariDataSource pool = switch (config.storage()) {
            case H2 h2 -> openH2(h2.dataDirectory(), settings);
            case PostgreSql postgreSql -> openPostgreSql(postgreSql, settings);
        };
        try {
            migrate(pool, config.storage());
            HikariDataSource leases = config.storage() instanceof PostgreSql shared ? openForLeases(shared) : pool;
            return new Database(
                    pool, leases, server, new SecretBox(config.secretKey()), clock, config.storage() instanceof H2);
        } catch (RuntimeException failed) {
            pool.close();
            throw failed;
        }
    }

    /**
     * PostgreSQL's along connections of its own: one is held through the whole migration, beside the one that works, and
     * both may be silent for longer than those of the pool. H2 checks rows along the connection that made the table, which
     * must stay open, as those of its pool do.
     */
    private static void migrate(HikariDataSource pool, PersistenceConfig.Storage storage) {
        FluentConfiguration flyway = Flyway.configure().loggers("slf4j");
        switch (storage) {
            case H2 _ -> flyway.dataSource(pool);
            case PostgreSql own -> flyway.dataSource(own.url(), own.user(), own.password());
        }
        flyway.load().migrate();
    }

    private static HikariDataSource openH2(Path directory, HikariConfig settings) {
        try {
            DataDirectory.create(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException("Cannot make the data directory " + directory, failed);
        }
        // With a write delay, H2 loses what it acknowledged if the process is killed. It would close the database when
        // the JVM begins to shut down, before requests that still run are done.
        // All writers of the journal wait for one another, which a busy disk must not turn into failures.
        settings.setJdbcUrl("jdbc:h2:file:" + directory.resolve("sandkeep")
                + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000");
        settings.setUsername("sandkeep");
        settings.setPassword("");
        // To bring the tables up to date takes two.
        settings.setMaximumPoolSize(Math.max(2, settings.getMaximumPoolSize()));
        // Within one process a connection does not age, and H2 closes the database with the last one.
        settings.setMaxLifetime(0);
        try {
            return new HikariDataSource(settings);
        } catch (RuntimeException failed) {
            if (SqlErrors.isDatabaseInUse(failed)) {
                throw new DatabaseInUse(directory, failed);
            }
            throw failed;
        }
    }

    private static HikariDataSource openPostgreSql(PostgreSql storage, HikariConfig settings) {
        return openPostgreSql(storage, settings, WAIT_FOR_ANSWER);
    }

    /** Connections of their own, since all others may be waited for when a lease is to be renewed. */
    private static HikariDataSource openForLeases(PostgreSql storage) {
        HikariConfig settings = new HikariConfig();
        settings.setPoolName("sandkeep-leases");
        settings.setMaximumPoolSize(2);
        settings.setConnectionTimeout(WAIT_FOR_LEASE.toMillis());
        settings.setValidationTimeout(WAIT_FOR_LEASE.dividedBy(2).toMillis());
        return openPostgreSql(storage, settings, WAIT_FOR_LEASE);
    }

    private static HikariDataSource openPostgreSql(PostgreSql storage, HikariConfig settings, Duration patience) {
        settings.setJdbcUrl(storage.url());
        settings.setUsername(storage.user());
        settings.setPassword(storage.password());
        // A connection that was cut silently must not be waited on for ever. The parameters of the URL come first.
        settings.addDataSourceProperty("socketTimeout", String.valueOf(patience.toSeconds()));
        // A server that stands still in the middle of a change holds what all others wait for.
        settings.setConnectionInitSql(
                "set idle_in_transaction_session_timeout = " + LONGEST_PAUSE_WITHIN_A_CHANGE.toMillis());
        return new HikariDataSource(settings);
    }

    public JdbiSandboxRepository sandboxes() {
        return sandboxesOf(server);
    }

    JdbiSandboxRepository sandboxesOf(String adder) {
        return new JdbiSandboxRepository(jdbi, secrets, journal, adder);
    }

    public JdbiProvisioningClaims provisioningClaims() {
        return provisioningClaimsOf(server);
    }

    JdbiProvisioningClaims provisioningClaimsOf(String claimant) {
        return new JdbiProvisioningClaims(jdbi, claimant);
    }

    public JdbiLeases leases() {
        return new JdbiLeases(Jdbi.create(leasePool));
    }

    public JdbiJournal journal() {
        return new JdbiJournal(jdbi, embedded);
    }

    public JdbiSandboxLogs logs() {
        return new JdbiSandboxLogs(jdbi, secrets);
    }

    public JdbiSnapshotRepository snapshots() {
        return new JdbiSnapshotRepository(jdbi, journal);
    }

    public JdbiSandboxActivity activity() {
        return new JdbiSandboxActivity(jdbi);
    }

    public JdbiEndpointGenerations endpointGenerations() {
        return new JdbiEndpointGenerations(jdbi);
    }

    public JdbiWebhookCursors webhookCursors() {
        return new JdbiWebhookCursors(jdbi);
    }

    public JdbiPrivateImages privateImages() {
        return privateImagesOf(server);
    }

    JdbiPrivateImages privateImagesOf(String marker) {
        return new JdbiPrivateImages(jdbi, marker);
    }

    Jdbi jdbi() {
        return jdbi;
    }

    @Override
    public void close() {
        leasePool.close();
        pool.close();
    }
}
