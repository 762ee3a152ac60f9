package dev.sandkeep.domain.snapshot;

import java.time.Instant;

/**
 * The state of a snapshot. Each record offers only the transitions that are legal from it; {@link Snapshot} picks the
 * transition for an event.
 *
 * <pre>
 *   Creating ──saved──▶ Ready ──delete──▶ Deleting ──▶ (forgotten once its files are gone)
 *      │                  │                  ▲
 *      │ save failed      │ files lost       │ delete
 *      └──────▶ Failed ◀──┘ ─────────────────┘
 * </pre>
 *
 * {@link #since()} moves exactly when the state does.
 */
public sealed interface SnapshotState {

    /** When this state was entered. */
    Instant since();

    SnapshotReason reason();

    /** A sentence for people; never holds a secret. */
    String message();

    Kind kind();

    /** The names of the states, as clients see them. */
    enum Kind {
        CREATING("Creating"),
        READY("Ready"),
        DELETING("Deleting"),
        FAILED("Failed");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** Accepted and durable; its files are being saved. */
    record Creating(Instant since) implements SnapshotState {

        Ready toReady(DiskUse diskUse, Instant now) {
            return new Ready(now, diskUse);
        }

        Failed toFailed(SnapshotReason reason, String message, Instant now) {
            return new Failed(now, reason, message);
        }

        @Override
        public SnapshotReason reason() {
            return SnapshotReason.SNAPSHOT_ACCEPTED;
        }

        @Override
        public String message() {
            return "Snapshot is being created";
        }

        @Override
        public Kind kind() {
            return Kind.CREATING;
        }
    }

    /** Its files are saved, and sandboxes can be made of it. */
    record Ready(Instant since, DiskUse diskUse) implements SnapshotState {

        Deleting toDeleting(Instant now) {
            return new Deleting(now);
        }

        Failed toLost(Instant now) {
            return new Failed(
                    now,
                    SnapshotReason.SNAPSHOT_RUNTIME_MISSING_IMAGE,
                    "The files of the snapshot were removed from the runtime by somebody else");
        }

        @Override
        public SnapshotReason reason() {
            return SnapshotReason.SNAPSHOT_RUNTIME_READY;
        }

        @Override
        public String message() {
            return "Snapshot is ready";
        }

        @Override
        public Kind kind() {
            return Kind.READY;
        }
    }

    /** Deleted by somebody; its files stay as long as a sandbox that was made of it needs them. */
    record Deleting(Instant since) implements SnapshotState {

        @Override
        public SnapshotReason reason() {
            return SnapshotReason.SNAPSHOT_DELETE_REQUESTED;
        }

        @Override
        public String message() {
            return "Snapshot is being deleted";
        }

        @Override
        public Kind kind() {
            return Kind.DELETING;
        }
    }

    /** Has no files. */
    record Failed(Instant since, SnapshotReason reason, String message) implements SnapshotState {

        Deleting toDeleting(Instant now) {
            return new Deleting(now);
        }

        @Override
        public Kind kind() {
            return Kind.FAILED;
        }
    }
}
