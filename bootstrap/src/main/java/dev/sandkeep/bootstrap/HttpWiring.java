package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.http.HealthRoutes;
import dev.sandkeep.adapters.http.HttpConfig;
import dev.sandkeep.adapters.http.HttpServer;
import dev.sandkeep.adapters.http.auth.ApiKey;
import dev.sandkeep.adapters.http.auth.ApiKeys;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.docs.DocsRoutes;
import dev.sandkeep.adapters.http.sandbox.NetworkRoutes;
import dev.sandkeep.adapters.http.sandbox.SandboxRoutes;
import dev.sandkeep.adapters.persistence.SecretKeyFile;
import dev.sandkeep.application.lifecycle.AwaitSandbox;
import dev.sandkeep.application.lifecycle.CreateSandbox;
import dev.sandkeep.application.lifecycle.DeleteSandbox;
import dev.sandkeep.application.lifecycle.FindSandbox;
import dev.sandkeep.application.lifecycle.LifetimePolicy;
import dev.sandkeep.application.lifecycle.ListSandboxes;
import dev.sandkeep.application.lifecycle.SandboxChanges;
import dev.sandkeep.application.network.ChangeNetworkPolicy;
import dev.sandkeep.application.network.FindNetworkDecisions;
import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.bootstrap.config.ConfigException;
import dev.sandkeep.bootstrap.config.ServerConfig;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Wires the use cases to the HTTP API. */
final class HttpWiring {

    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final Duration SHUTDOWN_GRACE = Duration.ofSeconds(5);

    private final ServerConfig config;
    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final ProvisioningQueue queue;
    private final SandboxChanges changes;
    private final InstantSource clock;

    HttpWiring(
            ServerConfig config,
            SandboxRuntime runtime,
            SandboxRepository repository,
            ProvisioningQueue queue,
            SandboxChanges changes,
            InstantSource clock) {
        this.config = config;
        this.runtime = runtime;
        this.repository = repository;
        this.queue = queue;
        this.changes = changes;
        this.clock = clock;
    }

    HttpServer start() {
        ServerConfig.Http http = config.http();
        SandboxTokens tokens = new SandboxTokens(SecretKeyFile.readOrCreate(config.dataDirectory()));
        try {
            return HttpServer.start(
                    new HttpConfig(
                            http.host(),
                            http.port(),
                            http.maxBodyBytes(),
                            MAX_HEADER_BYTES,
                            http.idleTimeout(),
                            http.maxConnections(),
                            SHUTDOWN_GRACE),
                    apiKeys(),
                    tokens,
                    List.of(new HealthRoutes(), new DocsRoutes(), sandboxRoutes(), networkRoutes(tokens)));
        } catch (UncheckedIOException taken) {
            throw new ConfigException(
                    "http.port: " + http.host() + ":" + http.port()
                            + " cannot be listened on; another program may have it, choose another with ./run --port N",
                    taken);
        }
    }

    private SandboxRoutes sandboxRoutes() {
        LifetimePolicy lifetime = new LifetimePolicy(
                config.sandboxes().maxTimeout(), config.sandboxes().allowNoExpiry());
        return new SandboxRoutes(
                new CreateSandbox(runtime, repository, queue, new RandomSandboxIdSource(), lifetime, clock),
                new AwaitSandbox(repository, changes),
                new FindSandbox(repository),
                new ListSandboxes(repository),
                new DeleteSandbox(runtime, repository, clock),
                config.http().maxWait());
    }

    private NetworkRoutes networkRoutes(SandboxTokens tokens) {
        return new NetworkRoutes(
                new FindSandbox(repository),
                new ChangeNetworkPolicy(runtime, repository),
                new FindNetworkDecisions(runtime, repository),
                tokens);
    }

    private ApiKeys apiKeys() {
        List<ApiKey> keys = new ArrayList<>();
        String given = config.keys().key();
        if (given != null) {
            keys.add(ApiKey.ofText("default", given));
        } else if (ApiKeyFile.isUsed(config)) {
            keys.add(ApiKey.ofText("default", ApiKeyFile.loadOrCreate(config.dataDirectory())));
        }
        config.keys().hashes().forEach((name, hash) -> keys.add(ApiKey.ofHash(name, hash)));
        return new ApiKeys(keys);
    }
}
