package dev.sandkeep.application.reconcile;

import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.application.port.SnapshotStore.SavedSnapshot;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotState.Creating;
import dev.sandkeep.domain.snapshot.SnapshotState.Deleting;
import dev.sandkeep.domain.snapshot.SnapshotState.Failed;
import dev.sandkeep.domain.snapshot.SnapshotState.Ready;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the records of snapshots and the files that are there agree, and completes deletions. Thread-safe. */
public final class ReconcileSnapshots {

    private static final Logger log = LoggerFactory.getLogger(ReconcileSnapshots.class);

    private final SnapshotStore store;
    private final SnapshotRepository snapshots;
    private final InstantSource clock;
    private volatile List<Finding> last = List.of();

    public ReconcileSnapshots(SnapshotStore store, SnapshotRepository snapshots, InstantSource clock) {
        this.store = store;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    /**
     * Compares everything, and returns what was not as it should be. May be repeated and may overlap with users'
     * requests.
     *
     * @throws SandboxException.RuntimeUnavailable if the runtime is away; then nothing more was concluded
     */
    public List<Finding> sweep() {
        List<Finding> found = compareAll(new Findings(false));
        last = found;
        return found;
    }

    /** What {@link #sweep} would do now. */
    public List<Finding> preview() {
        return compareAll(new Findings(true));
    }

    /** What the last sweep found; nothing if there was none since the start. */
    public List<Finding> last() {
        return last;
    }

    private List<Finding> compareAll(Findings findings) {
        // The files first: a record is made before its files and forgotten after them.
        Map<SnapshotId, SavedSnapshot> saved = new HashMap<>();
        store.list().forEach(seen -> saved.put(seen.id(), seen));
        Set<SnapshotId> known = new HashSet<>();
        for (Snapshot snapshot : snapshots.listAll()) {
            known.add(snapshot.id());
            each(snapshot.id(), () -> compare(snapshot, saved.get(snapshot.id()), findings));
        }
        saved.keySet().stream()
                .filter(id -> !known.contains(id))
                .forEach(id -> each(id, () -> settleUnknown(id, findings)));
        return findings.all();
    }

    /** One snapshot that cannot be reconciled must not keep the others from it; an outage ends the sweep. */
    private static void each(SnapshotId id, Runnable step) {
        try {
            step.run();
        } catch (SandboxException.RuntimeUnavailable away) {
            throw away;
        } catch (RuntimeException failed) {
            log.error("Snapshot {} could not be reconciled; the next sweep tries again", id, failed);
        }
    }

    private void compare(Snapshot snapshot, @Nullable SavedSnapshot seen, Findings findings) {
        switch (snapshot.state()) {
            case Creating _ -> log.debug("Snapshot {} is being taken", snapshot.id());
            case Ready _ -> keep(snapshot, seen, findings);
            case Deleting _ -> {
                // No finding: it may have to wait for a sandbox that needs the files.
                if (!findings.isDryRun()) {
                    finishDeletion(snapshot);
                }
            }
            case Failed _ -> {
                if (seen != null) {
                    findings.ofImage(
                            snapshot.id(), "its snapshot failed", "remove it", () -> store.remove(snapshot.id()));
                }
            }
        }
    }

    private void keep(Snapshot snapshot, @Nullable SavedSnapshot seen, Findings findings) {
        if (seen != null && seen.complete()) {
            if (seen.leftovers()) {
                findings.ofImage(
                        snapshot.id(), "an interrupted save left something", "remove that", () -> store.save(snapshot));
            }
        } else if (store.find(snapshot.id()).filter(SavedSnapshot::complete).isEmpty()) {
            // Looked at again, since the snapshot may be newer than the look at everything.
            findings.ofImage(
                    snapshot.id(),
                    "its snapshot is recorded, and the files are gone",
                    "record the snapshot as failed",
                    () -> snapshots.update(snapshot.id(), current -> current.lost(clock.instant())));
        }
    }

    private void finishDeletion(Snapshot snapshot) {
        if (store.remove(snapshot.id())) {
            snapshots.forget(snapshot.id());
            log.info("Snapshot {} is gone", snapshot.id());
        }
    }

    /** Looked at again, since its record may just have been forgotten together with the files. */
    private void settleUnknown(SnapshotId id, Findings findings) {
        if (snapshots.find(id).isPresent()) {
            return;
        }
        Optional<SavedSnapshot> there = store.find(id);
        if (there.isEmpty()) {
            return;
        }
        Snapshot adoptable = there.get().adoptable();
        if (adoptable == null) {
            findings.ofImage(id, "there is no record of its snapshot", "remove it", () -> store.remove(id));
        } else {
            findings.ofImage(
                    id, "there is no record of its snapshot", "take the snapshot over", () -> snapshots.add(adoptable));
        }
    }
}
