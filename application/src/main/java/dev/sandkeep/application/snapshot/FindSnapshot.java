package dev.sandkeep.application.snapshot;

import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotException;

/** Reads one snapshot from the records; never asks the runtime. */
public final class FindSnapshot {

    private final SnapshotRepository snapshots;

    public FindSnapshot(SnapshotRepository snapshots) {
        this.snapshots = snapshots;
    }

    /**
     * The snapshot as it is recorded.
     *
     * @throws SnapshotException.NotFound if there is none
     */
    public Snapshot find(SnapshotId id) {
        return snapshots.find(id).orElseThrow(() -> new SnapshotException.NotFound(id.value()));
    }
}
