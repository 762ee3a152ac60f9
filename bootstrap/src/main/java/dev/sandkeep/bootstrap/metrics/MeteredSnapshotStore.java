package dev.sandkeep.bootstrap.metrics;

import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.DiskUse;
import dev.sandkeep.domain.snapshot.Snapshot;
import java.util.List;
import java.util.Optional;

/** Times every call of a store and says how it ended. As thread-safe as what it wraps. */
public final class MeteredSnapshotStore implements SnapshotStore {

    private final SnapshotStore store;
    private final MeteredCalls calls;

    public MeteredSnapshotStore(SnapshotStore store, Metrics metrics) {
        this.store = store;
        this.calls = new MeteredCalls(metrics);
    }

    @Override
    public DiskUse save(Snapshot snapshot) {
        return calls.timed("save_snapshot", () -> store.save(snapshot));
    }

    @Override
    public boolean remove(SnapshotId id) {
        return calls.timed("remove_snapshot", () -> store.remove(id));
    }

    @Override
    public Optional<SavedSnapshot> find(SnapshotId id) {
        return calls.timed("find_snapshot", () -> store.find(id));
    }

    @Override
    public List<SavedSnapshot> list() {
        return calls.timed("list_snapshots", store::list);
    }
}
