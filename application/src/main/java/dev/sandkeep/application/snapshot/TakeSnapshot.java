package dev.sandkeep.application.snapshot;

import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.application.replica.Exclusion;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.DiskUse;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotException;
import dev.sandkeep.domain.snapshot.SnapshotState.Creating;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a Creating snapshot Ready, or Failed with a reason. The records are the queue, so that a start goes on with what
 * a crash left.
 */
public final class TakeSnapshot {

    private static final Logger log = LoggerFactory.getLogger(TakeSnapshot.class);

    private final SnapshotStore store;
    private final SnapshotRepository snapshots;
    private final Exclusion exclusion;
    private final InstantSource clock;

    /** For a server that has its records for itself. */
    public TakeSnapshot(SnapshotStore store, SnapshotRepository snapshots, InstantSource clock) {
        this(store, snapshots, Exclusion.ofOnlyServer(), clock);
    }

    /** @param exclusion keeps other servers from pausing and resuming the sandbox meanwhile */
    public TakeSnapshot(SnapshotStore store, SnapshotRepository snapshots, Exclusion exclusion, InstantSource clock) {
        this.store = store;
        this.snapshots = snapshots;
        this.exclusion = exclusion;
        this.clock = clock;
    }

    /** The snapshots that are to be {@linkplain #take taken}, those that are under way included; the oldest first. */
    public List<SnapshotId> listWaiting(int atMost) {
        return snapshots.listCreating(atMost);
    }

    /**
     * Saves the files. Does nothing for a snapshot that is no longer Creating; may be repeated.
     *
     * @throws dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable if the runtime is away, or another server
     *     is just pausing or resuming the sandbox; then it stays Creating and this is to be called again
     */
    public void take(SnapshotId id) {
        Optional<Snapshot> waiting = snapshots.find(id).filter(snapshot -> snapshot.state() instanceof Creating);
        waiting.ifPresent(snapshot -> exclusion.during(snapshot.sandboxId(), () -> take(snapshot)));
    }

    private void take(Snapshot snapshot) {
        UnaryOperator<Snapshot> outcome = save(snapshot);
        snapshots
                .update(snapshot.id(), outcome)
                .ifPresent(taken -> log.info(
                        "Snapshot {} of sandbox {} is {}: {}",
                        taken.id(),
                        taken.sandboxId(),
                        taken.state().kind().word(),
                        taken.state().message()));
    }

    private UnaryOperator<Snapshot> save(Snapshot snapshot) {
        try {
            DiskUse diskUse = store.save(snapshot);
            return current -> current.saved(diskUse, clock.instant());
        } catch (SnapshotException.SaveFailed failed) {
            return current -> current.saveFailed(failed.reason(), String.valueOf(failed.getMessage()), clock.instant());
        }
    }
}
