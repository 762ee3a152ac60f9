package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.persistence.Database;
import dev.sandkeep.adapters.persistence.DatabaseInUse;
import dev.sandkeep.adapters.persistence.PersistenceConfig;
import dev.sandkeep.application.port.Leases;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.bootstrap.config.ConfigException;
import dev.sandkeep.bootstrap.config.ServerConfig;
import dev.sandkeep.bootstrap.metrics.Metrics;
import dev.sandkeep.bootstrap.replica.Replica;
import dev.sandkeep.bootstrap.work.LogKeepingSandboxRuntime;
import java.time.InstantSource;
import java.util.Map;
import javax.crypto.SecretKey;

/** Connects the driven adapters that the configuration names. */
final class AdapterWiring {

    private AdapterWiring() {}

    /** The engine is connected to when it is first needed, the database now. */
    static Adapters connect(
            ServerConfig config, Map<String, String> environment, InstantSource clock, Metrics metrics, Closer closer) {
        SecretKey key = SecretKeys.of(config);
        String fingerprint = SecretKeys.fingerprint(key);
        String server = Replica.newName(fingerprint);
        Database database = closer.register(openDatabase(config, key, server, clock));
        if (config.database().url() != null) {
            requireSameKey(database.leases(), fingerprint);
        }
        // Given up after whatever it is needed for: once it is, other servers go on with what this one left.
        Replica replica = closer.register(
                config.database().url() == null
                        ? Replica.alone(server, database.provisioningClaims())
                        : Replica.among(server, database.leases(), database.provisioningClaims()));
        RuntimeWiring.ConnectedRuntime connected =
                RuntimeWiring.connect(config, environment, replica, clock, metrics, closer);
        return new Adapters(
                new LogKeepingSandboxRuntime(
                        connected.runtime(),
                        database.logs(),
                        new LogSelection(
                                LogSelection.MAX_LINES, config.diagnostics().keptLogBytes(), null)),
                connected.exec(),
                connected.snapshots(),
                database.sandboxes(),
                database.activity(),
                database.snapshots(),
                database.journal(),
                database.logs(),
                database.webhookCursors(),
                database.privateImages(),
                database.endpointGenerations(),
                replica);
    }

    /** Neither could read what the other one sealed, nor would it accept its tokens. */
    private static void requireSameKey(Leases leases, String fingerprint) {
        if (Replica.namesOfLiving(leases).stream().anyMatch(name -> !name.startsWith(fingerprint))) {
            throw new ConfigException(
                    "database.secret-key: a server that runs on this database has another one; give all the same, or wait"
                            + " for the other one to end");
        }
    }

    private static Database openDatabase(ServerConfig config, SecretKey key, String server, InstantSource clock) {
        try {
            return Database.open(
                    new PersistenceConfig(storage(config), config.database().poolSize(), key), server, clock);
        } catch (DatabaseInUse | IllegalStateException unusable) {
            throw new ConfigException("data.dir: " + unusable.getMessage(), unusable);
        }
    }

    private static PersistenceConfig.Storage storage(ServerConfig config) {
        ServerConfig.DatabaseAccess database = config.database();
        String url = database.url();
        return url == null
                ? new PersistenceConfig.H2(config.dataDirectory())
                : new PersistenceConfig.PostgreSql(url, database.user(), database.password());
    }
}
