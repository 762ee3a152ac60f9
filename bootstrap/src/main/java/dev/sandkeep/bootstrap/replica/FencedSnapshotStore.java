package dev.sandkeep.bootstrap.replica;

import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.application.replica.Tenure;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.DiskUse;
import dev.sandkeep.domain.snapshot.Snapshot;
import java.util.List;
import java.util.Optional;

/**
 * A store for what is one server's to do: without the lease it changes nothing any more, and says so as if it was away, so
 * that nothing is concluded. As thread-safe as what it wraps.
 */
public final class FencedSnapshotStore implements SnapshotStore {

    private final SnapshotStore store;
    private final Tenure tenure;

    public FencedSnapshotStore(SnapshotStore store, Tenure tenure) {
        this.store = store;
        this.tenure = tenure;
    }

    @Override
    public DiskUse save(Snapshot snapshot) {
        requireLease();
        return store.save(snapshot);
    }

    @Override
    public boolean remove(SnapshotId id) {
        requireLease();
        return store.remove(id);
    }

    private void requireLease() {
        if (!tenure.isHeld()) {
            throw new RuntimeUnavailable("Another server may do this by now", null);
        }
    }

    @Override
    public Optional<SavedSnapshot> find(SnapshotId id) {
        return store.find(id);
    }

    @Override
    public List<SavedSnapshot> list() {
        return store.list();
    }
}
