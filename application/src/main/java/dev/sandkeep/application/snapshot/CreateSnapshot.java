package dev.sandkeep.application.snapshot;

import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.port.SnapshotIdSource;
import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.domain.admission.SnapshotQuota;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotException;
import dev.sandkeep.domain.snapshot.SnapshotName;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Accepts a snapshot: checks it and makes its record durable, from which {@link TakeSnapshot} goes on. */
public final class CreateSnapshot {

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final SandboxRuntime runtime;
    private final SandboxRepository sandboxes;
    private final SnapshotRepository snapshots;
    private final SnapshotIdSource ids;
    private final int capacity;
    private final SnapshotQuota quota;
    private final InstantSource clock;

    /**
     * @param capacity how many snapshots may be under way at a time, those that wait included
     * @param quota how many there may be in all
     */
    public CreateSnapshot(
            SandboxRuntime runtime,
            SandboxRepository sandboxes,
            SnapshotRepository snapshots,
            SnapshotIdSource ids,
            int capacity,
            SnapshotQuota quota,
            InstantSource clock) {
        this.runtime = runtime;
        this.sandboxes = sandboxes;
        this.snapshots = snapshots;
        this.ids = ids;
        this.capacity = capacity;
        this.quota = quota;
        this.clock = clock;
    }

    /**
     * Accepts the request.
     *
     * @return the new snapshot, Creating
     * @throws SandboxException.NotFound if there is no such sandbox
     * @throws SandboxException.IllegalTransition if it is neither Running nor Paused
     * @throws SandboxException.Unsupported if the runtime keeps no snapshots
     * @throws SandboxException.RuntimeUnavailable if the runtime is away
     * @throws SnapshotException.Overloaded if too many snapshots are under way
     * @throws SandboxException.QuotaExceeded if this server keeps as many snapshots as it may
     */
    public Snapshot create(SandboxId id, @Nullable SnapshotName name) {
        Sandbox sandbox = sandboxes.find(id).orElseThrow(() -> new SandboxException.NotFound(id.value()));
        sandbox.requireSavable();
        if (!runtime.capabilities().contains(RuntimeCapability.SNAPSHOTS)) {
            throw new SandboxException.Unsupported(
                    "This server keeps no snapshots; keep what is to outlive the sandbox in a volume");
        }
        if (snapshots.countCreating() >= capacity) {
            throw new SnapshotException.Overloaded(
                    capacity + " snapshots are being created already; try again later", RETRY);
        }
        Snapshot snapshot = Snapshot.request(ids.next(), id, name, clock.instant());
        snapshots.add(snapshot, quota);
        return snapshot;
    }
}
