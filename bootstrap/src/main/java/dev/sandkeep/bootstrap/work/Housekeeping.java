package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.reconcile.ExpireSandboxes;
import dev.sandkeep.application.reconcile.PurgeSandboxes;
import dev.sandkeep.application.reconcile.ReconcileSandboxes;
import dev.sandkeep.application.reconcile.Reconciliation;
import dev.sandkeep.application.reconcile.TakeOverSandboxes;
import dev.sandkeep.application.replica.Tenure;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Ticks what happens by the clock, and reacts to the runtime's events. One scheduler for all sandboxes; removals and
 * looks at single sandboxes run on virtual threads, a bounded number at a time. All but the taking over of sandboxes is
 * the duty of one server; one that gets the duty begins with a comparison, since it passed over the events before.
 * Thread-safe.
 */
public final class Housekeeping implements SandboxRuntime.WatchListener, Tenure.Listener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

    /** How often the jobs run. */
    public record Intervals(Duration expiry, Duration takeOver, Duration sweep, Duration purge) {
        public static final Intervals USUAL = new Intervals(
                Duration.ofMillis(250), Duration.ofSeconds(1), Duration.ofSeconds(15), Duration.ofMinutes(5));
    }

    private static final int AT_A_TIME = 16;

    /** How long another server may take to hand the duties over; one that died has them for less. */
    private static final Duration HANDOVER = Duration.ofSeconds(20);

    private final ExpireSandboxes expiry;
    private final ReconcileSandboxes reconciliation;
    private final PurgeSandboxes purge;
    private final TakeOverSandboxes takeOver;
    private final Tenure duties;
    private final Intervals intervals;
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().name("housekeeping-", 0).daemon().factory());
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore permits = new Semaphore(AT_A_TIME, true);
    private final Set<SandboxId> underWay = ConcurrentHashMap.newKeySet();

    /** What is done again and again, and what of that failed when it was tried last. */
    private final Set<String> repeated = ConcurrentHashMap.newKeySet();

    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    /** How often the engine was lost sight of; once at the start, since nothing was seen before. */
    private final AtomicLong outages = new AtomicLong(1);

    /** How many of the outages were made up for by a whole comparison. */
    private final AtomicLong recovered = new AtomicLong();

    private volatile boolean connected;

    /** How many are asked for something that only whoever has the duties can do. */
    private final AtomicInteger asked = new AtomicInteger();

    /** What changed while a comparison was still to be made, and is to be looked at after it. */
    private final Set<SandboxId> unseen = ConcurrentHashMap.newKeySet();

    public Housekeeping(
            ExpireSandboxes expiry,
            ReconcileSandboxes reconciliation,
            PurgeSandboxes purge,
            TakeOverSandboxes takeOver,
            Tenure duties,
            Intervals intervals) {
        this.expiry = expiry;
        this.reconciliation = reconciliation;
        this.purge = purge;
        this.takeOver = takeOver;
        this.duties = duties;
        this.intervals = intervals;
    }

    /** Whether the runtime is there and its events flow. */
    public boolean isConnected() {
        return connected;
    }

    /**
     * Whether everything was compared at least once since the start, so that no record is older than this server; or
     * another server sees to that.
     */
    public boolean hasRecovered() {
        return recovered.get() > 0 || duties.isHeldElsewhere();
    }

    public void start() {
        duties.listen(this);
        every(intervals.takeOver(), "look for sandboxes that nobody makes", takeOver::takeOver);
        every(intervals.expiry(), "expiry", onDuty(this::expire));
        every(intervals.sweep(), "sweep", onDuty(this::sweep));
        every(intervals.purge(), "purge", onDuty(purge::purge));
    }

    private Runnable onDuty(Runnable job) {
        return () -> {
            if (duties.isHeld()) {
                job.run();
            }
        };
    }

    @Override
    public void gained() {
        // Whoever asked for the duties wants to know what the first comparison found.
        if (asked.get() == 0) {
            submit("comparison at the begin of the duty", onDuty(this::sweep));
        }
    }

    /** Whatever is under way ends at its next effect, and is gone on with by another server. */
    @Override
    public void lost() {
        log.info("The housekeeping may be another server's now");
    }

    /** Another server died, perhaps in the middle of something. */
    public void serverDied() {
        submit("comparison after the death of a server", onDuty(this::sweep));
    }

    private void every(Duration interval, String name, Runnable job) {
        repeated.add(name);
        // The future tells nothing: a guarded job never fails, and the scheduler ends it.
        ScheduledFuture<?> _ = scheduler.scheduleWithFixedDelay(
                () -> guarded(name, job), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void expire() {
        expiry.decide().forEach(id -> once(id, "removal of " + id, onDuty(() -> expiry.remove(id))));
    }

    private void sweep() {
        Reconciliation _ = reconcileNow();
    }

    /**
     * Does what only whoever has the duties can do; another server hands them over for that if it has them.
     *
     * @throws SandboxException.RuntimeUnavailable if they were not to be had in time
     */
    public <T> T onRequest(Supplier<T> work) {
        asked.incrementAndGet();
        try {
            return duties.during(HANDOVER, work);
        } finally {
            asked.decrementAndGet();
        }
    }

    /**
     * Compares everything now. Synchronised so that a sweep never overtakes the recovery that must come first.
     *
     * @throws SandboxException.RuntimeUnavailable if the runtime is away, or this is the duty of another server
     */
    public synchronized Reconciliation reconcileNow() {
        if (!duties.isHeld()) {
            throw new SandboxException.RuntimeUnavailable(
                    "Another server on this database compares the records with the runtime", null);
        }
        long seen = outages.get();
        if (seen == recovered.get()) {
            return reconciliation.sweep();
        }
        Reconciliation done = reconciliation.recover();
        recovered.set(seen);
        List<SandboxId> changed = List.copyOf(unseen);
        changed.forEach(unseen::remove);
        changed.forEach(this::changed);
        return done;
    }

    /** Until an outage is made up for, an end that is reported may be the engine's doing: the recovery tells. */
    @Override
    public void changed(SandboxId id) {
        if (!duties.isHeld()) {
            return;
        }
        if (outages.get() == recovered.get()) {
            submit("look at " + id, onDuty(concerning(id, () -> reconciliation.reconcile(id))));
        } else {
            unseen.add(id);
        }
    }

    @Override
    public void connected() {
        connected = true;
        log.info("The container runtime is there");
        submit("recovery", onDuty(this::sweep));
    }

    @Override
    public void disconnected() {
        connected = false;
        log.warn("The container runtime is away");
        outages.incrementAndGet();
    }

    private void once(SandboxId id, String name, Runnable job) {
        if (underWay.add(id)) {
            submit(name, () -> {
                try {
                    concerning(id, job).run();
                } finally {
                    underWay.remove(id);
                }
            });
        }
    }

    /** What is logged meanwhile carries the id of the sandbox. */
    private static Runnable concerning(SandboxId id, Runnable job) {
        return () -> {
            try (MDC.MDCCloseable _ = MDC.putCloseable("sandboxId", id.value())) {
                job.run();
            }
        };
    }

    private void submit(String name, Runnable job) {
        workers.execute(() -> {
            permits.acquireUninterruptibly();
            try {
                guarded(name, job);
            } finally {
                permits.release();
            }
        });
    }

    /** One failed job must not end the schedule. */
    private void guarded(String name, Runnable job) {
        try {
            job.run();
            failing.remove(name);
        } catch (SandboxException.RuntimeUnavailable away) {
            log.debug("The {} waits for the container runtime: {}", name, away.getMessage());
        } catch (RuntimeException failed) {
            // Of what is done again and again, to say it once is enough until it works again.
            if (!scheduler.isShutdown() && (!repeated.contains(name) || failing.add(name))) {
                log.error("The {} failed; it will be tried again", name, failed);
            }
        }
    }

    @Override
    public void close() {
        scheduler.shutdown();
        workers.shutdown();
        try {
            if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException impatient) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
