package dev.sandkeep.domain.sandbox;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong with a sandbox, one case each, with its data. Wrong values are told by
 * {@link dev.sandkeep.domain.problem.InvalidValue} instead. An <em>expected</em> error is the ordinary answer to
 * somebody's request or to an outage; the others are our fault.
 */
public abstract sealed class SandboxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private SandboxException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** No sandbox has this id, or it was deleted. */
    public static final class NotFound extends SandboxException {
        private static final long serialVersionUID = 1L;

        public NotFound(String id) {
            super("There is no sandbox " + id, null);
        }
    }

    /** The state does not allow the operation. */
    public static final class IllegalTransition extends SandboxException {
        private static final long serialVersionUID = 1L;
        private final SandboxState.Kind state;

        public IllegalTransition(SandboxId id, SandboxState.Kind state, String operation) {
            super("Cannot " + operation + " sandbox " + id + ": it is " + state.word(), null);
            this.state = state;
        }

        public SandboxState.Kind state() {
            return state;
        }
    }

    /** The sandbox never ends by itself, so there is no deadline to move. */
    public static final class NoDeadline extends SandboxException {
        private static final long serialVersionUID = 1L;

        public NoDeadline(SandboxId id) {
            super("Sandbox " + id + " has no expiration to renew: it was created without a timeout", null);
        }
    }

    /** Nothing of the sandbox can be reached any more. */
    public static final class Ended extends SandboxException {
        private static final long serialVersionUID = 1L;

        public Ended(SandboxId id, SandboxState state) {
            super(
                    "Sandbox " + id + " is " + state.kind().word() + " ("
                            + state.reason().word() + "): " + state.message(),
                    null);
        }
    }

    /** Nothing of the sandbox can be reached now, but perhaps soon. */
    public static final class NotReachable extends SandboxException {
        private static final long serialVersionUID = 1L;

        public NotReachable(SandboxId id, SandboxState state) {
            super(
                    "Sandbox " + id + " is " + state.kind().word() + " and cannot be reached now: " + state.message(),
                    null);
        }
    }

    /** Somebody else stored the sandbox since it was read. Read it again and decide anew. */
    public static final class Stale extends SandboxException {
        private static final long serialVersionUID = 1L;

        public Stale(SandboxId id) {
            super("Sandbox " + id + " was changed by somebody else", null);
        }
    }

    /** The configured runtime, or the engine below it, cannot do this. */
    public static final class Unsupported extends SandboxException {
        private static final long serialVersionUID = 1L;

        /**
         * A refusal that helps.
         *
         * @param message names the field, the reason, and what can be done instead
         */
        public Unsupported(String message) {
            super(message, null);
        }
    }

    /** The network policy restricts something and this server cannot enforce it. */
    public static final class PolicyUnenforceable extends SandboxException {
        private static final long serialVersionUID = 1L;

        public PolicyUnenforceable() {
            super(
                    "networkPolicy: this server cannot enforce an outbound policy that restricts anything, and does"
                            + " not accept one that it would ignore; leave it out, or allow everything",
                    null);
        }
    }

    /** The idempotency key was used before for another request. */
    public static final class IdempotencyKeyReused extends SandboxException {
        private static final long serialVersionUID = 1L;

        public IdempotencyKeyReused() {
            super("Idempotency-Key: this key was already used with a different request body", null);
        }
    }

    /** More is asked for than the server takes on at a time. */
    public static final class Overloaded extends SandboxException {
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

    /** The owner would use more than they may. */
    public static final class QuotaExceeded extends SandboxException {
        private static final long serialVersionUID = 1L;

        /**
         * A refusal with its numbers.
         *
         * @param message which limit, how much is allowed and how much is used
         */
        public QuotaExceeded(String message) {
            super(message, null);
        }
    }

    /** The runtime could not make the sandbox, and undid what it had begun. Trying again as it is will not help. */
    public static final class LaunchFailed extends SandboxException {
        private static final long serialVersionUID = 1L;
        private final StatusReason reason;

        public LaunchFailed(StatusReason reason, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.reason = reason;
        }

        public StatusReason reason() {
            return reason;
        }
    }

    /** The container runtime cannot be reached, or did not answer in time. Nothing is known about any sandbox. */
    public static sealed class RuntimeUnavailable extends SandboxException {
        private static final long serialVersionUID = 1L;

        public RuntimeUnavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * The engine is there, and refused to remove what there is of one sandbox, or did not confirm in time that it is gone.
     * The others are not concerned.
     */
    public static final class RemovalUnconfirmed extends RuntimeUnavailable {
        private static final long serialVersionUID = 1L;

        public RemovalUnconfirmed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** What guards the network of one sandbox does not answer, or somebody else does. The others are not concerned. */
    public static final class GuardUnavailable extends RuntimeUnavailable {
        private static final long serialVersionUID = 1L;

        public GuardUnavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
