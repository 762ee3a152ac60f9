package dev.sandkeep.adapters.persistence;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.DiskUse;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotName;
import dev.sandkeep.domain.snapshot.SnapshotReason;
import dev.sandkeep.domain.snapshot.SnapshotState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** A row of the table {@code snapshot}; only a Ready one takes up space. */
record SnapshotRow(
        UUID id,
        long version,
        UUID sandboxId,
        @Nullable String name,
        String state,
        String reason,
        String message,
        Instant since,
        Instant createdAt,
        @Nullable Long totalBytes,
        @Nullable Long uniqueBytes) {

    /** In the order in which {@link #read} takes them. */
    static final String COLUMNS = "id, version, sandbox_id, snapshot_name, state, reason, message, since, created_at,"
            + " total_bytes, unique_bytes";

    static SnapshotRow read(ResultSet row) throws SQLException {
        return new SnapshotRow(
                row.getObject(1, UUID.class),
                row.getLong(2),
                row.getObject(3, UUID.class),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                Instants.read(row, 8),
                Instants.read(row, 9),
                row.getObject(10, Long.class),
                row.getObject(11, Long.class));
    }

    static SnapshotRow from(Snapshot snapshot) {
        SnapshotState state = snapshot.state();
        @Nullable DiskUse diskUse = state instanceof SnapshotState.Ready ready ? ready.diskUse() : null;
        return new SnapshotRow(
                UUID.fromString(snapshot.id().value()),
                snapshot.version(),
                UUID.fromString(snapshot.sandboxId().value()),
                snapshot.name().map(SnapshotName::value).orElse(null),
                state.kind().name(),
                state.reason().name(),
                // PostgreSQL takes no NUL in a text, and the message may quote what the engine said.
                state.message().replace('\0', '\uFFFD'),
                state.since(),
                snapshot.createdAt(),
                diskUse == null ? null : diskUse.total(),
                diskUse == null ? null : diskUse.unique());
    }

    Update bindTo(Update statement) {
        return statement
                .bind("id", id)
                .bind("version", version)
                .bind("sandboxId", sandboxId)
                .bind("name", name)
                .bind("state", state)
                .bind("reason", reason)
                .bind("message", message)
                .bind("since", Instants.utc(since))
                .bind("createdAt", Instants.utc(createdAt))
                .bind("totalBytes", totalBytes)
                .bind("uniqueBytes", uniqueBytes);
    }

    /**
     * The snapshot that was stored.
     *
     * @throws CorruptRow if it cannot be made of these values
     */
    Snapshot toDomain() {
        return Snapshot.restore(SnapshotId.of(id), SandboxId.of(sandboxId), toName(), toState(), createdAt, version);
    }

    private @Nullable SnapshotName toName() {
        try {
            return name == null ? null : new SnapshotName(name);
        } catch (InvalidValue broken) {
            throw new CorruptRow("snapshot " + id, "snapshot_name", "breaks a rule: " + broken.getMessage());
        }
    }

    private SnapshotState toState() {
        try {
            return switch (SnapshotState.Kind.valueOf(state)) {
                case CREATING -> new SnapshotState.Creating(since);
                case READY -> new SnapshotState.Ready(since, diskUse());
                case DELETING -> new SnapshotState.Deleting(since);
                case FAILED -> new SnapshotState.Failed(since, SnapshotReason.valueOf(reason), message);
            };
        } catch (InvalidValue | IllegalArgumentException broken) {
            throw new CorruptRow("snapshot " + id, "state", "breaks a rule: " + broken.getMessage());
        }
    }

    private DiskUse diskUse() {
        if (totalBytes == null || uniqueBytes == null) {
            throw new IllegalArgumentException("has no size");
        }
        return new DiskUse(totalBytes, uniqueBytes);
    }
}
