package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.http.HttpServer;
import dev.sandkeep.application.lifecycle.ProvisionSandbox;
import dev.sandkeep.application.lifecycle.SandboxChanges;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.reconcile.ExpireSandboxes;
import dev.sandkeep.application.reconcile.PurgeSandboxes;
import dev.sandkeep.application.reconcile.ReconcileSandboxes;
import dev.sandkeep.bootstrap.config.ServerConfig;
import dev.sandkeep.bootstrap.work.BoundedProvisioningQueue;
import dev.sandkeep.bootstrap.work.Housekeeping;
import dev.sandkeep.bootstrap.work.NotifyingSandboxRepository;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** A running server. Thread-safe. */
public final class SandboxServer implements AutoCloseable {

    /** Databases and the API keep microseconds, so nothing finer is ever seen. */
    private static final Duration TICK = Duration.ofNanos(1_000);

    private final Closer closer;
    private final HttpServer http;

    private SandboxServer(Closer closer, HttpServer http) {
        this.closer = closer;
        this.http = http;
    }

    /**
     * Starts a server on the adapters that the configuration names; returns when it answers requests. The container
     * runtime need not be there yet.
     *
     * @throws dev.sandkeep.bootstrap.config.ConfigException if something about the configuration or the machine must be
     *     changed by the operator first
     */
    public static SandboxServer start(ServerConfig config, Map<String, String> environment) {
        Closer closer = new Closer();
        try {
            InstantSource clock = Clock.tick(Clock.systemUTC(), TICK);
            Adapters adapters = AdapterWiring.connect(config, environment, clock, closer);
            return start(config, adapters, clock, Housekeeping.Intervals.USUAL, closer);
        } catch (RuntimeException failed) {
            closer.close();
            throw failed;
        }
    }

    static SandboxServer start(
            ServerConfig config,
            Adapters adapters,
            InstantSource clock,
            Housekeeping.Intervals intervals,
            Closer closer) {
        SandboxChanges changes = new SandboxChanges();
        SandboxRuntime runtime = adapters.runtime();
        SandboxRepository repository = new NotifyingSandboxRepository(adapters.repository(), changes);
        BoundedProvisioningQueue queue = closer.register(new BoundedProvisioningQueue(
                new ProvisionSandbox(runtime, repository, adapters.privateImages(), clock),
                config.provisioning().pulls(),
                config.provisioning().launches(),
                config.provisioning().queue()));
        Housekeeping housekeeping = closer.register(new Housekeeping(
                new ExpireSandboxes(runtime, repository, clock),
                new ReconcileSandboxes(runtime, repository, queue, clock),
                new PurgeSandboxes(repository, config.sandboxes().retention(), clock),
                intervals));
        HttpWiring wiring = new HttpWiring(config, runtime, repository, queue, changes, clock);
        // Last in, first out: no new requests, then no new events, then what is under way is finished.
        closer.register(runtime.watch(housekeeping));
        housekeeping.start();
        HttpServer http = closer.register(wiring.start());
        return new SandboxServer(closer, http);
    }

    public int port() {
        return http.port();
    }

    /** Stops cleanly: requests in flight are answered, what is half done is left to the next start. Sandboxes live on. */
    @Override
    public void close() {
        closer.close();
    }
}
