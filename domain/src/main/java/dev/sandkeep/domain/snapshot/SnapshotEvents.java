package dev.sandkeep.domain.snapshot;

import dev.sandkeep.domain.sandbox.Metadata;
import dev.sandkeep.domain.sandbox.SandboxEvent;
import dev.sandkeep.domain.sandbox.SandboxEvent.Kind;

/** What became of snapshots, as events of the sandboxes that they were taken of. They have no labels. */
public final class SnapshotEvents {

    private SnapshotEvents() {}

    /** It is there, in whatever state. */
    public static SandboxEvent created(Snapshot snapshot) {
        return of(Kind.SNAPSHOT_CREATED, snapshot);
    }

    /** It is in another state, without which nothing of a snapshot changes. */
    public static SandboxEvent changed(Snapshot snapshot) {
        Kind kind = switch (snapshot.state().kind()) {
            case CREATING -> Kind.SNAPSHOT_CREATED;
            case READY -> Kind.SNAPSHOT_READY;
            case DELETING -> Kind.SNAPSHOT_DELETED;
            case FAILED -> Kind.SNAPSHOT_FAILED;
        };
        return of(kind, snapshot);
    }

    private static SandboxEvent of(Kind kind, Snapshot snapshot) {
        return new SandboxEvent(
                kind,
                snapshot.sandboxId(),
                snapshot.id(),
                snapshot.state().kind().word(),
                snapshot.state().reason().word(),
                snapshot.state().message(),
                null,
                null,
                0,
                Metadata.none());
    }
}
