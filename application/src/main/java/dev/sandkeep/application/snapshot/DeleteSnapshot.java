package dev.sandkeep.application.snapshot;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxState.Pending;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotException;
import java.time.InstantSource;

/** Deletes a snapshot. Sandboxes that were made of it go on; the last of them takes the files along. */
public final class DeleteSnapshot {

    private final SnapshotStore store;
    private final SnapshotRepository snapshots;
    private final SandboxRepository sandboxes;
    private final InstantSource clock;

    public DeleteSnapshot(
            SnapshotStore store, SnapshotRepository snapshots, SandboxRepository sandboxes, InstantSource clock) {
        this.store = store;
        this.snapshots = snapshots;
        this.sandboxes = sandboxes;
        this.clock = clock;
    }

    /**
     * Returns when no more sandboxes can be made of it, and its files are gone unless a sandbox needs them. May be
     * repeated until it is complete.
     *
     * @throws SnapshotException.NotFound if there is no such snapshot
     * @throws SnapshotException.IllegalTransition while it is being created
     * @throws SnapshotException.InUse while a sandbox is being made of it; it stays as it is
     * @throws dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable if the runtime is away; the deletion is
     *     remembered and completed later
     */
    public void delete(SnapshotId id) {
        Snapshot snapshot = snapshots.find(id).orElseThrow(() -> new SnapshotException.NotFound(id.value()));
        if (snapshot.wanted() && sandboxes.listLive().stream().anyMatch(sandbox -> isBeingMadeOf(id, sandbox))) {
            throw new SnapshotException.InUse(id);
        }
        snapshots.update(id, current -> current.beginDelete(clock.instant()));
        if (store.remove(id)) {
            snapshots.forget(id);
        }
    }

    private static boolean isBeingMadeOf(SnapshotId id, Sandbox sandbox) {
        return sandbox.state() instanceof Pending && sandbox.spec().source().equals(new Source.Snapshot(id));
    }
}
