package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.reconcile.ReconcileSnapshots;
import dev.sandkeep.application.replica.Tenure;
import dev.sandkeep.application.snapshot.TakeSnapshot;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SnapshotId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the snapshots that wait, a bounded number at a time, and compares them with the runtime now and then. The records
 * are the queue: a start finds there what the last one left. The duty of one server; the same one that does the
 * housekeeping, since only it knows which sandboxes stand still just for a snapshot. Thread-safe.
 */
public final class SnapshotKeeping implements Tenure.Listener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SnapshotKeeping.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final TakeSnapshot snapshots;
    private final ReconcileSnapshots reconciliation;
    private final int atATime;
    private final Duration sweepEvery;
    private final Tenure duties;
    private final Set<SnapshotId> underWay = ConcurrentHashMap.newKeySet();
    private final Set<Thread> taking = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().name("snapshots-", 0).daemon().factory());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public SnapshotKeeping(
            TakeSnapshot snapshots,
            ReconcileSnapshots reconciliation,
            int atATime,
            Duration sweepEvery,
            Tenure duties) {
        this.snapshots = snapshots;
        this.duties = duties;
        this.reconciliation = reconciliation;
        this.atATime = atATime;
        this.sweepEvery = sweepEvery;
    }

    public void start() {
        duties.listen(this);
        every(LOOK_EVERY, "look for new snapshots", this::takeWaiting);
        every(sweepEvery, "comparison of snapshots", reconciliation::sweep);
    }

    private void every(Duration interval, String name, Runnable job) {
        // The future tells nothing: a guarded job never fails, and the scheduler ends it.
        ScheduledFuture<?> _ = scheduler.scheduleWithFixedDelay(
                () -> onDuty(name, job), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void onDuty(String name, Runnable job) {
        if (duties.isHeld()) {
            guarded(name, job);
        }
    }

    @Override
    public void gained() {
        log.debug("What waits is found by the next look");
    }

    /** What an interrupt ends is gone on with by the server that has the duty now. */
    @Override
    public void lost() {
        taking.forEach(Thread::interrupt);
    }

    /** Those under way are the oldest, so there is nothing beyond the first ones that could be begun. */
    private void takeWaiting() {
        for (SnapshotId id : snapshots.listWaiting(atATime)) {
            if (underWay.size() < atATime && underWay.add(id)) {
                threads.execute(() -> take(id));
            }
        }
    }

    private void take(SnapshotId id) {
        taking.add(Thread.currentThread());
        try {
            snapshots.take(id);
        } catch (SandboxException.RuntimeUnavailable away) {
            log.warn("Snapshot {} waits for the container runtime: {}", id, away.getMessage());
            rest();
        } catch (RuntimeException failed) {
            if (!isClosed()) {
                log.error("Snapshot {} could not be taken; it will be tried again", id, failed);
                rest();
            }
        } finally {
            taking.remove(Thread.currentThread());
            underWay.remove(id);
        }
    }

    private void rest() {
        try {
            closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            // The record stays Creating; the next start goes on with it.
            Thread.currentThread().interrupt();
        }
    }

    /** One failed job must not end the schedule. */
    private void guarded(String name, Runnable job) {
        try {
            job.run();
        } catch (SandboxException.RuntimeUnavailable away) {
            log.debug("The {} waits for the container runtime: {}", name, away.getMessage());
        } catch (RuntimeException failed) {
            if (!isClosed()) {
                log.error("The {} failed; it will be tried again", name, failed);
            }
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Lets what is being saved finish, for a few seconds; everything else is left to the next start. */
    @Override
    public void close() {
        closed.countDown();
        scheduler.shutdown();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException impatient) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
