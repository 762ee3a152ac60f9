package dev.sandkeep.application.port;

import dev.sandkeep.domain.admission.SnapshotQuota;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Remembers snapshots, and writes what becomes of them into the {@link Journal} of their sandboxes, each change in one with
 * its entry. Every method blocks and is thread-safe; a change is durable when the method returns.
 */
public interface SnapshotRepository {

    /** Adds a new snapshot, however many there are. */
    default void add(Snapshot snapshot) {
        add(snapshot, SnapshotQuota.none());
    }

    /**
     * Adds a new snapshot if the quota lets it; that holds exactly, for any number of requests and servers.
     *
     * @throws dev.sandkeep.domain.sandbox.SandboxException.QuotaExceeded if it does not; then nothing was added
     */
    void add(Snapshot snapshot, SnapshotQuota quota);

    Optional<Snapshot> find(SnapshotId id);

    /**
     * Stores a changed snapshot.
     *
     * @return it, under its new version
     * @throws SnapshotException.Stale if it was stored by somebody else since it was read, or forgotten
     */
    Snapshot save(Snapshot snapshot);

    /**
     * Changes a snapshot, deciding anew on a fresh copy whenever somebody else was faster.
     *
     * @param change from the current snapshot to the wanted one; the very same object means that nothing is to change
     * @return the snapshot as it is stored afterwards, or empty if there is none of that id
     */
    default Optional<Snapshot> update(SnapshotId id, UnaryOperator<Snapshot> change) {
        while (true) {
            Optional<Snapshot> current = find(id);
            if (current.isEmpty()) {
                return current;
            }
            Snapshot changed = change.apply(current.get());
            if (changed == current.get()) {
                return current;
            }
            try {
                return Optional.of(save(changed));
            } catch (SnapshotException.Stale somebodyWasFaster) {
                // Each round means that another writer got on, so this ends.
            }
        }
    }

    /** Forgets a snapshot, which is in no journal; one that is not there is fine. */
    void forget(SnapshotId id);

    /** One page of the snapshots that match, newest first. */
    Page<Snapshot> list(SnapshotQuery query);

    /** All snapshots, in no order. One that cannot be read is left out, and logged. */
    List<Snapshot> listAll();

    /** The snapshots that are being created, the oldest first. */
    List<SnapshotId> listCreating(int atMost);

    /** How many snapshots are being created. */
    long countCreating();
}
