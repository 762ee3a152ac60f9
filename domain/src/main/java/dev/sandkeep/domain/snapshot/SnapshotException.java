package dev.sandkeep.domain.snapshot;

import dev.sandkeep.domain.sandbox.SnapshotId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What can go wrong with a snapshot, one case each, with its data. All of them are expected. */
public abstract sealed class SnapshotException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private SnapshotException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** No snapshot has this id, or it was deleted. */
    public static final class NotFound extends SnapshotException {
        private static final long serialVersionUID = 1L;

        public NotFound(String id) {
            super("There is no snapshot " + id, null);
        }
    }

    /** The state does not allow the operation. */
    public static final class IllegalTransition extends SnapshotException {
        private static final long serialVersionUID = 1L;
        private final SnapshotState.Kind state;

        public IllegalTransition(SnapshotId id, SnapshotState.Kind state, String operation) {
            super("Cannot " + operation + " snapshot " + id + ": it is " + state.word(), null);
            this.state = state;
        }

        public SnapshotState.Kind state() {
            return state;
        }
    }

    /** It is not there to be restored: not yet, or never. */
    public static final class NotReady extends SnapshotException {
        private static final long serialVersionUID = 1L;
        private final SnapshotState.Kind state;

        public NotReady(SnapshotId id, SnapshotState.Kind state) {
            super(
                    "snapshotId: snapshot " + id + " is " + state.word()
                            + "; a sandbox can be made of it once it is Ready",
                    null);
            this.state = state;
        }

        public SnapshotState.Kind state() {
            return state;
        }
    }

    /** A sandbox is being made of it right now. It stays as it is. */
    public static final class InUse extends SnapshotException {
        private static final long serialVersionUID = 1L;

        public InUse(SnapshotId id) {
            super(
                    "Cannot delete snapshot " + id
                            + ": a sandbox is being made of it; it stays Ready, try again when that" + " sandbox runs",
                    null);
        }
    }

    /** Somebody else stored the snapshot since it was read. Read it again and decide anew. */
    public static final class Stale extends SnapshotException {
        private static final long serialVersionUID = 1L;

        public Stale(SnapshotId id) {
            super("Snapshot " + id + " was changed by somebody else", null);
        }
    }

    /** More snapshots are asked for than the server makes at a time. */
    public static final class Overloaded extends SnapshotException {
        private static final long serialVersionUID = 1L;
        private final Duration retryAfter;

        public Overloaded(String message, Duration retryAfter) {
            super(message, null);
            this.retryAfter = retryAfter;
        }

        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** The runtime could not save the files, and undid what it had begun. */
    public static final class SaveFailed extends SnapshotException {
        private static final long serialVersionUID = 1L;
        private final SnapshotReason reason;

        public SaveFailed(SnapshotReason reason, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.reason = reason;
        }

        public SnapshotReason reason() {
            return reason;
        }
    }
}
