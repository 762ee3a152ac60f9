package dev.sandkeep.adapters.http.snapshot;

import dev.sandkeep.adapters.http.sandbox.Timestamps;
import dev.sandkeep.domain.snapshot.DiskUse;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotName;
import dev.sandkeep.domain.snapshot.SnapshotState;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot. The order of the components is their order on the wire.
 *
 * @param sizeBytes how large its files are in all; once it is Ready
 * @param uniqueBytes how much of that it adds to the image; once it is Ready
 */
record SnapshotResponse(
        String id,
        String sandboxId,
        @Nullable String name,
        Status status,
        @Nullable Long sizeBytes,
        @Nullable Long uniqueBytes,
        String createdAt) {

    record Status(String state, String reason, String message, String lastTransitionAt) {

        static Status from(SnapshotState state) {
            return new Status(
                    state.kind().word(), state.reason().word(), state.message(), Timestamps.format(state.since()));
        }
    }

    static SnapshotResponse from(Snapshot snapshot) {
        @Nullable DiskUse diskUse = snapshot.state() instanceof SnapshotState.Ready ready ? ready.diskUse() : null;
        return new SnapshotResponse(
                snapshot.id().value(),
                snapshot.sandboxId().value(),
                snapshot.name().map(SnapshotName::value).orElse(null),
                Status.from(snapshot.state()),
                diskUse == null ? null : diskUse.total(),
                diskUse == null ? null : diskUse.unique(),
                Timestamps.format(snapshot.createdAt()));
    }
}
