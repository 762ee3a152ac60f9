package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.docker.DockerConfig;
import dev.sandkeep.adapters.docker.DockerSandboxRuntime;
import dev.sandkeep.adapters.docker.EgressConfig;
import dev.sandkeep.adapters.docker.SidecarPoolStatistics;
import dev.sandkeep.adapters.persistence.Database;
import dev.sandkeep.adapters.persistence.DatabaseInUse;
import dev.sandkeep.adapters.persistence.PersistenceConfig;
import dev.sandkeep.adapters.persistence.SecretKeyFile;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.bootstrap.config.ConfigException;
import dev.sandkeep.bootstrap.config.ServerConfig;
import dev.sandkeep.bootstrap.metrics.Metrics;
import dev.sandkeep.bootstrap.work.LogKeepingSandboxRuntime;
import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.ResourceName;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Connects the driven adapters that the configuration names. */
final class AdapterWiring {

    private AdapterWiring() {}

    /** The engine is connected to when it is first needed, the database now. */
    static Adapters connect(
            ServerConfig config, Map<String, String> environment, InstantSource clock, Metrics metrics, Closer closer) {
        Database database = closer.register(openDatabase(config, clock));
        DockerSandboxRuntime runtime = runtime(config, environment, clock, metrics, closer);
        return new Adapters(
                new LogKeepingSandboxRuntime(
                        runtime,
                        database.logs(),
                        new LogSelection(
                                LogSelection.MAX_LINES, config.diagnostics().keptLogBytes(), null)),
                runtime.exec(),
                runtime.snapshots(),
                database.sandboxes(),
                database.snapshots(),
                database.journal(),
                database.logs(),
                database.webhookCursors(),
                database.privateImages(),
                database.endpointGenerations());
    }

    private static Database openDatabase(ServerConfig config, InstantSource clock) {
        try {
            return Database.open(
                    new PersistenceConfig(
                            storage(config),
                            config.database().poolSize(),
                            SecretKeyFile.readOrCreate(config.dataDirectory())),
                    clock);
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

    private static DockerSandboxRuntime runtime(
            ServerConfig config, Map<String, String> environment, InstantSource clock, Metrics metrics, Closer closer) {
        ServerConfig.Docker docker = config.docker();
        DockerSandboxRuntime runtime = closer.register(DockerSandboxRuntime.of(
                new DockerConfig(
                        config.instance(),
                        docker.host(),
                        docker.allowedHostPaths(),
                        new ResourceLimits(Map.of(ResourceName.PIDS.word(), Integer.toString(docker.defaultPids()))),
                        docker.ociRuntime(),
                        DockerConfig.Gpu.valueOf(docker.gpu().name()),
                        egress(config.egress()),
                        docker.callTimeout(),
                        docker.launchTimeout(),
                        docker.pullTimeout(),
                        docker.snapshotTimeout()),
                environment,
                clock));
        runtime.sidecarPools().forEach(pool -> show(pool, metrics));
        return runtime;
    }

    private static void show(SidecarPoolStatistics pool, Metrics metrics) {
        metrics.gauge("sandkeep.sidecars.wanted", "Sidecars to be kept ready", "kind", pool.kind(), pool::wanted);
        metrics.gauge("sandkeep.sidecars.ready", "Sidecars that are ready", "kind", pool.kind(), pool::ready);
        metrics.counter(
                "sandkeep.sidecars.claims", "Sandboxes that got a ready sidecar", "kind", pool.kind(), pool::claims);
        metrics.counter(
                "sandkeep.sidecars.misses", "Sandboxes that found none ready", "kind", pool.kind(), pool::misses);
    }

    private static @Nullable EgressConfig egress(ServerConfig.Egress egress) {
        String image = egress.image();
        return image == null
                ? null
                : new EgressConfig(
                        image,
                        egress.resolvers().isEmpty() ? HostNetwork.resolvers() : egress.resolvers(),
                        egress.allowPrivate(),
                        egress.ipv6(),
                        HostNetwork.addresses(),
                        egress.spareOpen(),
                        egress.spareGuarding());
    }
}
