package dev.sandkeep.application.snapshot;

import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SnapshotQuery;
import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.domain.snapshot.Snapshot;

/** Lists snapshots from the records; never asks the runtime. */
public final class ListSnapshots {

    private final SnapshotRepository snapshots;

    public ListSnapshots(SnapshotRepository snapshots) {
        this.snapshots = snapshots;
    }

    public Page<Snapshot> list(SnapshotQuery query) {
        return snapshots.list(query);
    }
}
