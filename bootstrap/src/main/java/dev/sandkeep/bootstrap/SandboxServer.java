package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.http.HttpServer;
import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.application.journal.JournalFeed;
import dev.sandkeep.application.lifecycle.Freezer;
import dev.sandkeep.application.lifecycle.ProvisionSandbox;
import dev.sandkeep.application.lifecycle.SandboxChanges;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.application.reconcile.ExpireSandboxes;
import dev.sandkeep.application.reconcile.PurgeSandboxes;
import dev.sandkeep.application.reconcile.ReconcileSandboxes;
import dev.sandkeep.application.reconcile.ReconcileSnapshots;
import dev.sandkeep.application.reconcile.TakeOverSandboxes;
import dev.sandkeep.application.snapshot.TakeSnapshot;
import dev.sandkeep.bootstrap.config.ServerConfig;
import dev.sandkeep.bootstrap.metrics.Metrics;
import dev.sandkeep.bootstrap.metrics.SandboxCounts;
import dev.sandkeep.bootstrap.replica.FencedSandboxRuntime;
import dev.sandkeep.bootstrap.replica.FencedSnapshotStore;
import dev.sandkeep.bootstrap.replica.Replica;
import dev.sandkeep.bootstrap.work.BoundedProvisioningQueue;
import dev.sandkeep.bootstrap.work.Housekeeping;
import dev.sandkeep.bootstrap.work.JournalFollower;
import dev.sandkeep.bootstrap.work.NotifyingSandboxRepository;
import dev.sandkeep.bootstrap.work.Readiness;
import dev.sandkeep.bootstrap.work.SnapshotKeeping;
import dev.sandkeep.bootstrap.work.WarmSandboxExec;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A running server. Thread-safe. */
public final class SandboxServer implements AutoCloseable {

    /** Databases and the API keep microseconds, so nothing finer is ever seen. */
    private static final Duration TICK = Duration.ofNanos(1_000);

    /** How soon events are seen that another server on the same database wrote. */
    private static final Duration JOURNAL_POLL = Duration.ofSeconds(1);

    private final Closer closer;
    private final HttpServer http;
    private final Farewell farewell;

    private SandboxServer(Closer closer, HttpServer http, Farewell farewell) {
        this.closer = closer;
        this.http = http;
        this.farewell = farewell;
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
            Metrics metrics = closer.register(new Metrics());
            Adapters adapters = AdapterWiring.connect(config, environment, clock, metrics, closer);
            return start(config, adapters, clock, Housekeeping.Intervals.USUAL, metrics, closer);
        } catch (RuntimeException failed) {
            closer.close();
            throw failed;
        }
    }

    static SandboxServer start(
            ServerConfig config,
            Adapters connected,
            InstantSource clock,
            Housekeeping.Intervals intervals,
            Metrics metrics,
            Closer closer) {
        SandboxChanges changes = new SandboxChanges();
        WarmSandboxExec exec = closer.register(new WarmSandboxExec(
                connected.exec(), config.exec().warmShells(), config.exec().warmIdle()));
        Adapters adapters = connected.with(exec).meteredBy(metrics);
        SandboxRuntime runtime = adapters.runtime();
        Replica replica = adapters.replica();
        JournalFeed feed = new JournalFeed(adapters.journal());
        JournalFollower follower = closer.register(new JournalFollower(feed, JOURNAL_POLL));
        SandboxRepository repository =
                new NotifyingSandboxRepository(adapters.repository(), changes, follower::written, sandbox -> {
                    exec.changed(sandbox);
                    metrics.entered(sandbox);
                });
        // Another server may make the sandbox that somebody waits for here.
        feed.listen(entry -> {
            SandboxId id = entry.event().sandboxId();
            changes.publish(id, () -> repository.find(id));
            exec.changed(id, () -> repository.find(id));
        });
        new SandboxCounts(repository, clock).showIn(metrics);
        BoundedProvisioningQueue queue = closer.register(new BoundedProvisioningQueue(
                new ProvisionSandbox(
                        new FencedSandboxRuntime(runtime, replica.life()), repository, adapters.privateImages(), clock),
                replica.claims(),
                replica.life(),
                config.provisioning().pulls(),
                config.provisioning().launches(),
                config.provisioning().queue(),
                metrics::passed));
        metrics.gauge(
                "sandkeep.provisioning.queue.length",
                "Sandboxes that are being provisioned or wait for it",
                queue::length);
        metrics.gauge("sandkeep.provisioning.queue.capacity", "How many there may be", config.provisioning()::queue);
        Freezer freezer = new Freezer(runtime, repository, replica.exclusion(), clock);
        SandboxRuntime onDuty = new FencedSandboxRuntime(runtime, replica.duties());
        SnapshotStore storeOnDuty = new FencedSnapshotStore(adapters.snapshotStore(), replica.duties());
        // Given back when those who do the duties have stopped.
        closer.register(replica.duties());
        ReconcileSandboxes reconciliation = new ReconcileSandboxes(onDuty, repository, queue, freezer, clock);
        Housekeeping housekeeping = closer.register(new Housekeeping(
                new ExpireSandboxes(onDuty, repository, clock),
                reconciliation,
                new PurgeSandboxes(repository, config.sandboxes().retention(), clock),
                new TakeOverSandboxes(replica.claims(), queue, clock),
                replica.duties(),
                intervals));
        Readiness readiness = new Readiness(repository, housekeeping, replica.life());
        ReconcileSnapshots snapshotReconciliation = new ReconcileSnapshots(storeOnDuty, adapters.snapshots(), clock);
        SnapshotKeeping snapshotKeeping = closer.register(new SnapshotKeeping(
                new TakeSnapshot(storeOnDuty, adapters.snapshots(), replica.exclusion(), clock),
                snapshotReconciliation,
                config.snapshots().atATime(),
                intervals.sweep(),
                replica.duties()));
        replica.life().listen(queue);
        replica.onDeath(housekeeping::serverDied);
        metrics.gauge(
                "sandkeep.duties.held",
                "1 on the server that does for all what one server does",
                () -> replica.duties().isHeld() ? 1 : 0);
        WebhookWiring webhooks = WebhookWiring.of(config.webhooks(), adapters, clock, closer);
        List<Routes> operations = new ArrayList<>(webhooks.routes());
        operations.addAll(OperationsWiring.routes(
                config.operations(), readiness, metrics, reconciliation, snapshotReconciliation, housekeeping));
        HttpWiring wiring =
                new HttpWiring(config, adapters, repository, queue, changes, operations, metrics, freezer, feed, clock);
        // Last in, first out: no new requests, then no new events, then what is under way is finished.
        closer.register(runtime.watch(housekeeping));
        housekeeping.start();
        follower.start();
        snapshotKeeping.start();
        webhooks.dispatcher().start();
        replica.start();
        HttpServer http = closer.register(wiring.start(closer));
        return new SandboxServer(
                closer, http, new Farewell(readiness, config.operations().drain(), changes, feed));
    }

    public int port() {
        return http.port();
    }

    /** Stops cleanly: requests in flight are answered, what is half done is left to the next start. Sandboxes live on. */
    @Override
    public void close() {
        farewell.say();
        closer.close();
    }
}
