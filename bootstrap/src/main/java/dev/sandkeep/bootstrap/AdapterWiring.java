package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.docker.DockerConfig;
import dev.sandkeep.adapters.docker.DockerSandboxRuntime;
import dev.sandkeep.adapters.docker.EgressConfig;
import dev.sandkeep.adapters.persistence.Database;
import dev.sandkeep.adapters.persistence.DatabaseInUse;
import dev.sandkeep.adapters.persistence.PersistenceConfig;
import dev.sandkeep.adapters.persistence.SecretKeyFile;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.bootstrap.config.ConfigException;
import dev.sandkeep.bootstrap.config.ServerConfig;
import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.ResourceName;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Connects the driven adapters that the configuration names. */
final class AdapterWiring {

    private AdapterWiring() {}

    /** The engine is connected to when it is first needed, the database now. */
    static Adapters connect(ServerConfig config, Map<String, String> environment, InstantSource clock, Closer closer) {
        Database database = closer.register(openDatabase(config));
        return new Adapters(
                runtime(config, environment, clock, closer), database.sandboxes(), database.privateImages());
    }

    private static Database openDatabase(ServerConfig config) {
        try {
            return Database.open(new PersistenceConfig(
                    storage(config), config.database().poolSize(), SecretKeyFile.readOrCreate(config.dataDirectory())));
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

    private static SandboxRuntime runtime(
            ServerConfig config, Map<String, String> environment, InstantSource clock, Closer closer) {
        ServerConfig.Docker docker = config.docker();
        return closer.register(DockerSandboxRuntime.of(
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
                        docker.pullTimeout()),
                environment,
                clock));
    }

    private static @Nullable EgressConfig egress(ServerConfig.Egress egress) {
        String image = egress.image();
        return image == null
                ? null
                : new EgressConfig(
                        image,
                        egress.resolvers().isEmpty() ? HostNetwork.resolvers() : egress.resolvers(),
                        egress.allowPrivate(),
                        HostNetwork.addresses(),
                        egress.spareOpen(),
                        egress.spareGuarding());
    }
}
