package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.snapshot.DiskUse;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotException;
import dev.sandkeep.domain.snapshot.SnapshotReason;
import dev.sandkeep.testkit.fake.InMemoryEngine.SavedFiles;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The snapshots of an in-memory engine. Thread-safe: the engine's monitor guards them. */
public final class InMemorySnapshotStore implements SnapshotStore {

    private static final DiskUse DISK_USE = new DiskUse(2_000_000, 4_096);

    private final String instance;
    private final InMemoryEngine engine;
    private final CallGate saves = new CallGate();

    InMemorySnapshotStore(String instance, InMemoryEngine engine) {
        this.instance = instance;
        this.engine = engine;
    }

    @Override
    public DiskUse save(Snapshot snapshot) {
        engine.requireReachable();
        saves.pass();
        synchronized (engine) {
            engine.requireReachable();
            SavedFiles before = engine.snapshots.get(snapshot.id());
            if (before == null && !isThere(snapshot.sandboxId())) {
                throw new SnapshotException.SaveFailed(
                        SnapshotReason.SNAPSHOT_SOURCE_GONE, "The sandbox is gone", null);
            }
            engine.snapshots.put(snapshot.id(), new SavedFiles(instance, snapshot, true));
            return DISK_USE;
        }
    }

    private boolean isThere(SandboxId id) {
        InMemoryEngine.Container container = engine.containers.get(id);
        return container != null && container.instance().equals(instance);
    }

    @Override
    public boolean remove(SnapshotId id) {
        synchronized (engine) {
            engine.requireReachable();
            if (files(id).isEmpty()) {
                return true;
            }
            boolean needed = engine.containers.values().stream()
                    .anyMatch(container -> container.sandbox().spec().source().equals(new Source.Snapshot(id)));
            if (!needed) {
                engine.snapshots.remove(id);
            }
            return !needed;
        }
    }

    @Override
    public Optional<SavedSnapshot> find(SnapshotId id) {
        synchronized (engine) {
            engine.requireReachable();
            return files(id).map(InMemorySnapshotStore::seen);
        }
    }

    @Override
    public List<SavedSnapshot> list() {
        synchronized (engine) {
            engine.requireReachable();
            return engine.snapshots.values().stream()
                    .filter(files -> files.instance().equals(instance))
                    .map(InMemorySnapshotStore::seen)
                    .toList();
        }
    }

    private Optional<SavedFiles> files(SnapshotId id) {
        return Optional.ofNullable(engine.snapshots.get(id))
                .filter(files -> files.instance().equals(instance));
    }

    private static SavedSnapshot seen(SavedFiles files) {
        return new SavedSnapshot(files.snapshot().id(), files.complete(), !files.complete(), adoptable(files));
    }

    private static @Nullable Snapshot adoptable(SavedFiles files) {
        Snapshot saved = files.snapshot();
        return files.complete()
                ? Snapshot.request(saved.id(), saved.sandboxId(), saved.name().orElse(null), saved.createdAt())
                        .saved(DISK_USE, saved.createdAt())
                : null;
    }

    /** A save of it is interrupted half way. */
    public void leaveHalfSaved(Snapshot snapshot) {
        engine.snapshots.put(snapshot.id(), new SavedFiles(instance, snapshot, false));
    }

    /** Somebody removes the files behind the server's back. */
    public void lose(SnapshotId id) {
        engine.snapshots.remove(id);
    }

    /** Counts the saves, and holds them or makes them fail while a test wants that. */
    public CallGate saves() {
        return saves;
    }
}
