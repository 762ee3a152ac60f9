package dev.sandkeep.domain.snapshot;

import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.SnapshotState.Creating;
import dev.sandkeep.domain.snapshot.SnapshotState.Deleting;
import dev.sandkeep.domain.snapshot.SnapshotState.Failed;
import dev.sandkeep.domain.snapshot.SnapshotState.Ready;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of a sandbox as they were once, kept until somebody deletes them, whatever becomes of the sandbox. Immutable
 * and thread-safe; every event returns the snapshot as it is afterwards, or this very object if the event changes
 * nothing.
 */
public final class Snapshot {

    private final SnapshotId id;
    private final SandboxId sandboxId;
    private final @Nullable SnapshotName name;
    private final SnapshotState state;
    private final Instant createdAt;
    private final long version;

    private Snapshot(
            SnapshotId id,
            SandboxId sandboxId,
            @Nullable SnapshotName name,
            SnapshotState state,
            Instant createdAt,
            long version) {
        this.id = Objects.requireNonNull(id, "id");
        this.sandboxId = Objects.requireNonNull(sandboxId, "sandboxId");
        this.name = name;
        this.state = Objects.requireNonNull(state, "state");
        this.createdAt = Objects.requireNonNull(createdAt, "createdAt");
        this.version = version;
    }

    /** A new snapshot, accepted at {@code now}. */
    public static Snapshot request(SnapshotId id, SandboxId sandboxId, @Nullable SnapshotName name, Instant now) {
        return new Snapshot(id, sandboxId, name, new Creating(now), now, 0);
    }

    /** A snapshot as it was stored. */
    public static Snapshot restore(
            SnapshotId id,
            SandboxId sandboxId,
            @Nullable SnapshotName name,
            SnapshotState state,
            Instant createdAt,
            long version) {
        return new Snapshot(id, sandboxId, name, state, createdAt, version);
    }

    /** The runtime saved its files. Changes nothing if it was decided meanwhile that it is not wanted. */
    public Snapshot saved(DiskUse diskUse, Instant now) {
        return switch (state) {
            case Creating creating -> in(creating.toReady(diskUse, now));
            case Ready _, Deleting _, Failed _ -> this;
        };
    }

    /** The runtime could not save its files. */
    public Snapshot saveFailed(SnapshotReason reason, String message, Instant now) {
        return switch (state) {
            case Creating creating -> in(creating.toFailed(reason, message, now));
            case Ready _, Deleting _, Failed _ -> this;
        };
    }

    /** Its files are not there any more. */
    public Snapshot lost(Instant now) {
        return switch (state) {
            case Ready ready -> in(ready.toLost(now));
            case Creating _, Deleting _, Failed _ -> this;
        };
    }

    /**
     * Somebody wants it gone.
     *
     * @throws SnapshotException.IllegalTransition while it is being created
     */
    public Snapshot beginDelete(Instant now) {
        return switch (state) {
            case Ready ready -> in(ready.toDeleting(now));
            case Failed failed -> in(failed.toDeleting(now));
            case Deleting _ -> this;
            case Creating creating -> throw new SnapshotException.IllegalTransition(id, creating.kind(), "delete");
        };
    }

    /**
     * Checks that a sandbox can be made of it.
     *
     * @throws SnapshotException.NotReady if not
     */
    public void requireReady() {
        switch (state) {
            case Ready _ -> {}
            case Creating _, Deleting _, Failed _ -> throw new SnapshotException.NotReady(id, state.kind());
        }
    }

    /** Whether its files are to be kept, or to be made. */
    public boolean wanted() {
        return switch (state) {
            case Creating _, Ready _ -> true;
            case Deleting _, Failed _ -> false;
        };
    }

    /** The same snapshot under the version that storage gave it. */
    public Snapshot withVersion(long stored) {
        return new Snapshot(id, sandboxId, name, state, createdAt, stored);
    }

    private Snapshot in(SnapshotState next) {
        return new Snapshot(id, sandboxId, name, next, createdAt, version);
    }

    public SnapshotId id() {
        return id;
    }

    /** The sandbox whose files it holds; that may be gone long since. */
    public SandboxId sandboxId() {
        return sandboxId;
    }

    public Optional<SnapshotName> name() {
        return Optional.ofNullable(name);
    }

    public SnapshotState state() {
        return state;
    }

    /** When it was asked for. */
    public Instant createdAt() {
        return createdAt;
    }

    /** How often it was stored; a write is refused if it was stored by somebody else in between. */
    public long version() {
        return version;
    }

    @Override
    public String toString() {
        return "Snapshot[" + id + " " + state.kind().word() + " v" + version + "]";
    }
}
