package dev.sandkeep.adapters.k8s;

import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.domain.sandbox.SandboxException.Unsupported;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.DiskUse;
import dev.sandkeep.domain.snapshot.Snapshot;
import java.util.List;
import java.util.Optional;

/** What goes with a runtime that keeps no snapshots: there are none, and none can be made. Thread-safe. */
public final class KubernetesSnapshotStore implements SnapshotStore {

    private final KubernetesSandboxRuntime runtime;

    /** Of this runtime, without which nothing is known of any snapshot either. */
    public KubernetesSnapshotStore(KubernetesSandboxRuntime runtime) {
        this.runtime = runtime;
    }

    /** @throws Unsupported always */
    @Override
    public DiskUse save(Snapshot snapshot) {
        var _ = runtime.capabilities();
        throw new Unsupported("Kubernetes keeps no snapshots; keep what is to outlive the sandbox in a volume");
    }

    @Override
    public boolean remove(SnapshotId id) {
        var _ = runtime.capabilities();
        return true;
    }

    @Override
    public Optional<SavedSnapshot> find(SnapshotId id) {
        var _ = runtime.capabilities();
        return Optional.empty();
    }

    @Override
    public List<SavedSnapshot> list() {
        var _ = runtime.capabilities();
        return List.of();
    }
}
