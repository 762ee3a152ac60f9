package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.http.HttpConfig;
import dev.sandkeep.adapters.http.HttpServer;
import dev.sandkeep.adapters.http.RequestObserver;
import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.auth.ApiKey;
import dev.sandkeep.adapters.http.auth.ApiKeys;
import dev.sandkeep.adapters.http.auth.EndpointSignatures;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.diagnostics.DiagnosticsRoutes;
import dev.sandkeep.adapters.http.docs.DocsRoutes;
import dev.sandkeep.adapters.http.event.EventRoutes;
import dev.sandkeep.adapters.http.proxy.SignedUrls;
import dev.sandkeep.adapters.http.sandbox.EndpointRoutes;
import dev.sandkeep.adapters.http.sandbox.NetworkRoutes;
import dev.sandkeep.adapters.http.sandbox.SandboxChangeRoutes;
import dev.sandkeep.adapters.http.sandbox.SandboxRoutes;
import dev.sandkeep.adapters.http.snapshot.SnapshotRoutes;
import dev.sandkeep.application.diagnostics.FindDiagnostics;
import dev.sandkeep.application.journal.FindAuditTrail;
import dev.sandkeep.application.journal.JournalFeed;
import dev.sandkeep.application.journal.WatchEvents;
import dev.sandkeep.application.lifecycle.AwaitSandbox;
import dev.sandkeep.application.lifecycle.ChangeMetadata;
import dev.sandkeep.application.lifecycle.CreateSandbox;
import dev.sandkeep.application.lifecycle.DeleteSandbox;
import dev.sandkeep.application.lifecycle.FindEndpointGeneration;
import dev.sandkeep.application.lifecycle.FindLastActivity;
import dev.sandkeep.application.lifecycle.FindSandbox;
import dev.sandkeep.application.lifecycle.Freezer;
import dev.sandkeep.application.lifecycle.LifetimePolicy;
import dev.sandkeep.application.lifecycle.ListSandboxes;
import dev.sandkeep.application.lifecycle.PauseSandbox;
import dev.sandkeep.application.lifecycle.ReachSandbox;
import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.application.lifecycle.RenewSandbox;
import dev.sandkeep.application.lifecycle.ResumeSandbox;
import dev.sandkeep.application.lifecycle.RevokeEndpoints;
import dev.sandkeep.application.lifecycle.SandboxChanges;
import dev.sandkeep.application.lifecycle.WakeSandbox;
import dev.sandkeep.application.network.ChangeNetworkPolicy;
import dev.sandkeep.application.network.FindNetworkDecisions;
import dev.sandkeep.application.port.EndpointGenerations;
import dev.sandkeep.application.port.Journal;
import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.application.port.SandboxActivity;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxLogs;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.application.replica.Tenure;
import dev.sandkeep.application.snapshot.CreateSnapshot;
import dev.sandkeep.application.snapshot.DeleteSnapshot;
import dev.sandkeep.application.snapshot.FindSnapshot;
import dev.sandkeep.application.snapshot.ListSnapshots;
import dev.sandkeep.bootstrap.config.ConfigException;
import dev.sandkeep.bootstrap.config.ServerConfig;
import dev.sandkeep.domain.admission.Quotas;
import dev.sandkeep.domain.sandbox.PausedTime;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Wires the use cases to the HTTP API. */
final class HttpWiring {

    private static final int MAX_HEADER_BYTES = 16 * 1024;

    /** The name of the key that has none of its own. */
    private static final String DEFAULT_KEY = "default";

    private final ServerConfig config;
    private final SandboxRuntime runtime;
    private final SandboxExec exec;
    private final SandboxActivity activity;
    private final Tenure duties;
    private final SnapshotStore snapshotStore;
    private final EndpointGenerations generations;
    private final SandboxRepository repository;
    private final SnapshotRepository snapshots;
    private final ProvisioningQueue queue;
    private final SandboxChanges changes;
    private final RenewOnAccess renewOnAccess;
    private final List<Routes> operations;
    private final RequestObserver observer;
    private final Freezer freezer;
    private final Journal journal;
    private final SandboxLogs logs;
    private final JournalFeed feed;
    private final InstantSource clock;

    HttpWiring(
            ServerConfig config,
            Adapters adapters,
            SandboxRepository repository,
            ProvisioningQueue queue,
            SandboxChanges changes,
            List<Routes> operations,
            RequestObserver observer,
            Freezer freezer,
            JournalFeed feed,
            InstantSource clock) {
        this.config = config;
        this.runtime = adapters.runtime();
        this.exec = adapters.exec();
        this.activity = adapters.activity();
        this.duties = adapters.replica().duties();
        this.generations = adapters.endpointGenerations();
        this.journal = adapters.journal();
        this.logs = adapters.logs();
        this.feed = feed;
        this.snapshotStore = adapters.snapshotStore();
        this.repository = repository;
        this.snapshots = adapters.snapshots();
        this.queue = queue;
        this.changes = changes;
        this.operations = List.copyOf(operations);
        this.observer = observer;
        this.freezer = freezer;
        this.clock = clock;
        // One for all ways to a sandbox, which have a cooldown in common.
        this.renewOnAccess = new RenewOnAccess(
                repository, activity, lifetime(), config.proxy().renewCooldown(), clock);
    }

    /** @param closer gets what must end after the last request */
    HttpServer start(Closer closer) {
        ServerConfig.Http http = config.http();
        SecretKey secret = SecretKeys.of(config);
        SandboxTokens tokens = new SandboxTokens(secret);
        SignedUrls signedUrls = new SignedUrls(
                new EndpointSignatures(signingKeys(secret)), new FindEndpointGeneration(generations), clock);
        try {
            return HttpServer.start(
                    new HttpConfig(
                            http.host(),
                            http.port(),
                            http.maxBodyBytes(),
                            MAX_HEADER_BYTES,
                            http.idleTimeout(),
                            http.maxConnections(),
                            config.operations().maxRequests(),
                            config.proxy().maxOpenPerSandbox(),
                            config.operations().stopGrace()),
                    apiKeys(),
                    tokens,
                    signedUrls,
                    new ReachSandbox(runtime, repository, clock),
                    renewOnAccess,
                    new WakeSandbox(runtime, repository, freezer, clock),
                    routes(tokens, signedUrls, closer),
                    observer);
        } catch (UncheckedIOException taken) {
            throw new ConfigException(
                    "http.port: " + http.host() + ":" + http.port()
                            + " cannot be listened on; another program may have it, choose another with ./run --port N",
                    taken);
        }
    }

    private List<Routes> routes(SandboxTokens tokens, SignedUrls signedUrls, Closer closer) {
        List<Routes> routes = new ArrayList<>(operations);
        routes.addAll(List.of(
                new DocsRoutes(),
                sandboxRoutes(),
                sandboxChangeRoutes(),
                snapshotRoutes(),
                networkRoutes(),
                new EndpointRoutes(
                        new FindSandbox(repository),
                        new RevokeEndpoints(repository, generations),
                        tokens,
                        signedUrls,
                        config.proxy().publicHost()),
                eventRoutes(),
                diagnosticsRoutes(tokens)));
        ExecWiring work = new ExecWiring(config, exec, repository, renewOnAccess, closer, clock);
        routes.addAll(work.routes(changes));
        IdleWiring.start(config, runtime, repository, activity, work.works(), pauseSandbox(), duties, closer, clock);
        return routes;
    }

    private SandboxRoutes sandboxRoutes() {
        return new SandboxRoutes(
                new CreateSandbox(
                        runtime,
                        repository,
                        snapshots,
                        queue,
                        new RandomSandboxIdSource(),
                        lifetime(),
                        quotas(),
                        clock),
                new AwaitSandbox(repository, changes),
                new FindSandbox(repository),
                new FindLastActivity(activity),
                new ListSandboxes(repository),
                new DeleteSandbox(runtime, repository, clock),
                config.http().maxWait());
    }

    private SandboxChangeRoutes sandboxChangeRoutes() {
        return new SandboxChangeRoutes(
                pauseSandbox(),
                new ResumeSandbox(runtime, repository, freezer, clock),
                new RenewSandbox(repository, lifetime(), clock),
                new ChangeMetadata(repository));
    }

    private PauseSandbox pauseSandbox() {
        PausedTime time = config.sandboxes().pausedTimeCounts() ? PausedTime.COUNTS : PausedTime.DOES_NOT_COUNT;
        return new PauseSandbox(runtime, repository, freezer, time, clock);
    }

    private SnapshotRoutes snapshotRoutes() {
        return new SnapshotRoutes(
                new CreateSnapshot(
                        runtime,
                        repository,
                        snapshots,
                        new RandomSnapshotIdSource(),
                        config.snapshots().queue(),
                        config.snapshots().quota(),
                        clock),
                new FindSnapshot(snapshots),
                new ListSnapshots(snapshots),
                new DeleteSnapshot(snapshotStore, snapshots, repository, clock));
    }

    private NetworkRoutes networkRoutes() {
        return new NetworkRoutes(
                new FindSandbox(repository),
                new ChangeNetworkPolicy(runtime, repository),
                new FindNetworkDecisions(runtime, repository));
    }

    private DiagnosticsRoutes diagnosticsRoutes(SandboxTokens tokens) {
        return new DiagnosticsRoutes(
                new FindDiagnostics(runtime, repository, logs, journal),
                tokens,
                config.diagnostics().inlineBytes(),
                clock);
    }

    private EventRoutes eventRoutes() {
        return new EventRoutes(
                new WatchEvents(journal, feed, config.events().maxWatchers()),
                new FindAuditTrail(repository, journal),
                config.events().heartbeat());
    }

    private Quotas quotas() {
        Quotas quotas = config.operations().quotas();
        requireKeys("quota.keys", quotas.byOwner().keySet());
        return quotas;
    }

    /** What is said of a key that there is not, is a slip of the pen, and would hold for nobody. */
    private void requireKeys(String setting, Set<String> names) {
        for (String name : names) {
            if (!name.equals(DEFAULT_KEY) && !config.keys().hashes().containsKey(name)) {
                throw new ConfigException(setting + ": there is no API key of the name " + name);
            }
        }
    }

    private LifetimePolicy lifetime() {
        return new LifetimePolicy(
                config.sandboxes().maxTimeout(), config.sandboxes().allowNoExpiry());
    }

    /** In the order of the configuration, since the first one signs. */
    private Map<String, SecretKey> signingKeys(SecretKey secret) {
        Map<String, SecretKey> keys = new LinkedHashMap<>();
        config.proxy()
                .signingKeys()
                .forEach((id, text) ->
                        keys.put(id, new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), "HmacSHA256")));
        return keys.isEmpty() ? Map.of("0", EndpointSignatures.derivedFrom(secret)) : keys;
    }

    private ApiKeys apiKeys() {
        List<ApiKey> keys = new ArrayList<>();
        String given = config.keys().key();
        if (given != null) {
            keys.add(ApiKey.ofText(DEFAULT_KEY, given));
        } else if (ApiKeyFile.isUsed(config)) {
            keys.add(ApiKey.ofText(DEFAULT_KEY, ApiKeyFile.loadOrCreate(config.dataDirectory())));
        }
        config.keys().hashes().forEach((name, hash) -> keys.add(ApiKey.ofHash(name, hash)));
        Set<String> administrators = config.keys().administrators();
        requireKeys("api.admin-keys", administrators);
        return new ApiKeys(keys.stream()
                .map(key -> administrators.isEmpty() || administrators.contains(key.name()) ? key : key.forUser())
                .toList());
    }
}
