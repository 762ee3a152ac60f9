package dev.sandkeep.domain.sandbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The lifecycle state of a sandbox. Each record holds only the data of its own state and offers only the transitions
 * that are legal from it, so that an illegal one does not compile; {@link Sandbox} picks the transition for an event.
 *
 * <pre>
 *   Pending ──started──▶ Running ──pause──▶ Pausing ──▶ Paused ──resume──▶ Resuming ──▶ Running
 *      │                    │                  │           │                  │
 *      │                    └──────────┬───────┴───────────┴──────────────────┘
 *      │ provisioning failed           │ process ended: exit code 0 → Terminated, else → Failed
 *      ▼                               ▼
 *   Failed ◀───────────────────── (the end) ────────────────▶ Terminated
 *                                                                  ▲
 *   Pending, Running, Pausing, Paused, Resuming ──delete, expiry──▶ Stopping
 * </pre>
 *
 * Nothing leaves {@link Terminated} or {@link Failed}. {@link #since()} moves exactly when the state does.
 */
public sealed interface SandboxState {

    /** When this state was entered. */
    Instant since();

    StatusReason reason();

    /** A sentence for people; never holds a secret. */
    String message();

    Kind kind();

    /** Whether this is a state that nothing leaves. */
    default boolean ended() {
        return kind() == Kind.TERMINATED || kind() == Kind.FAILED;
    }

    /** Whether its end is neither reached nor decided. */
    default boolean wanted() {
        return !ended() && kind() != Kind.STOPPING;
    }

    /** The exit code of the entry process, if it ended and the runtime knows its code. */
    default @Nullable Integer exitCode() {
        return null;
    }

    /** The names of the states, as clients see them. */
    enum Kind {
        PENDING("Pending"),
        RUNNING("Running"),
        PAUSING("Pausing"),
        PAUSED("Paused"),
        RESUMING("Resuming"),
        STOPPING("Stopping"),
        TERMINATED("Terminated"),
        FAILED("Failed");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * Accepted and durable; being made by the runtime.
     *
     * @param reason {@link StatusReason#PROVISIONING} or {@link StatusReason#RUNTIME_UNAVAILABLE}
     * @param message how far it is, for example the progress of an image pull
     */
    record Pending(Instant since, StatusReason reason, String message) implements SandboxState {

        static Pending accepted(Instant now) {
            return new Pending(now, StatusReason.PROVISIONING, "Sandbox is being provisioned");
        }

        /** Progress is no transition: {@code since} stays. */
        Pending withProgress(StatusReason newReason, String newMessage) {
            return new Pending(since, newReason, newMessage);
        }

        Running toRunning(Instant now) {
            return new Running(now);
        }

        Failed toFailed(StatusReason why, String what, Instant now) {
            return new Failed(now, why, what, null);
        }

        SandboxState toEnded(Exit exit, Instant now) {
            return endOf(exit, now);
        }

        Stopping toStopping(StopCause cause, Instant now) {
            return new Stopping(now, cause);
        }

        @Override
        public Kind kind() {
            return Kind.PENDING;
        }
    }

    /** The entry process runs. */
    record Running(Instant since) implements SandboxState {

        Pausing toPausing(Instant now) {
            return new Pausing(now);
        }

        /** Somebody froze it behind our back. */
        Paused toPaused(Instant now) {
            return new Paused(now);
        }

        SandboxState toEnded(Exit exit, Instant now) {
            return endOf(exit, now);
        }

        Failed toLost(String message, Instant now) {
            return lost(message, now);
        }

        Failed toUnguarded(String message, Instant now) {
            return unguarded(message, now);
        }

        Stopping toStopping(StopCause cause, Instant now) {
            return new Stopping(now, cause);
        }

        @Override
        public StatusReason reason() {
            return StatusReason.RUNNING;
        }

        @Override
        public String message() {
            return "Sandbox is running";
        }

        @Override
        public Kind kind() {
            return Kind.RUNNING;
        }
    }

    /** Being frozen. */
    record Pausing(Instant since) implements SandboxState {

        Paused toPaused(Instant now) {
            return new Paused(now);
        }

        SandboxState toEnded(Exit exit, Instant now) {
            return endOf(exit, now);
        }

        Failed toLost(String message, Instant now) {
            return lost(message, now);
        }

        Failed toUnguarded(String message, Instant now) {
            return unguarded(message, now);
        }

        Stopping toStopping(StopCause cause, Instant now) {
            return new Stopping(now, cause);
        }

        @Override
        public StatusReason reason() {
            return StatusReason.PAUSE_REQUESTED;
        }

        @Override
        public String message() {
            return "Sandbox is being paused";
        }

        @Override
        public Kind kind() {
            return Kind.PAUSING;
        }
    }

    /** All processes are frozen, memory is kept. */
    record Paused(Instant since) implements SandboxState {

        Resuming toResuming(Instant now) {
            return new Resuming(now);
        }

        /** Somebody thawed it behind our back. */
        Running toRunning(Instant now) {
            return new Running(now);
        }

        SandboxState toEnded(Exit exit, Instant now) {
            return endOf(exit, now);
        }

        Failed toLost(String message, Instant now) {
            return lost(message, now);
        }

        Failed toUnguarded(String message, Instant now) {
            return unguarded(message, now);
        }

        Stopping toStopping(StopCause cause, Instant now) {
            return new Stopping(now, cause);
        }

        @Override
        public StatusReason reason() {
            return StatusReason.PAUSED;
        }

        @Override
        public String message() {
            return "Sandbox is paused";
        }

        @Override
        public Kind kind() {
            return Kind.PAUSED;
        }
    }

    /** Being thawed. */
    record Resuming(Instant since) implements SandboxState {

        Running toRunning(Instant now) {
            return new Running(now);
        }

        SandboxState toEnded(Exit exit, Instant now) {
            return endOf(exit, now);
        }

        Failed toLost(String message, Instant now) {
            return lost(message, now);
        }

        Failed toUnguarded(String message, Instant now) {
            return unguarded(message, now);
        }

        Stopping toStopping(StopCause cause, Instant now) {
            return new Stopping(now, cause);
        }

        @Override
        public StatusReason reason() {
            return StatusReason.RESUME_REQUESTED;
        }

        @Override
        public String message() {
            return "Sandbox is being resumed";
        }

        @Override
        public Kind kind() {
            return Kind.RESUMING;
        }
    }

    /** Its end is decided; what was made for it is being removed, again and again until it is gone. */
    record Stopping(Instant since, StopCause cause) implements SandboxState {

        Terminated toTerminated(Instant now) {
            return new Terminated(now, cause.reason(), cause.past(), null);
        }

        @Override
        public StatusReason reason() {
            return cause.reason();
        }

        @Override
        public String message() {
            return cause.present();
        }

        @Override
        public Kind kind() {
            return Kind.STOPPING;
        }
    }

    /** Ended as asked, or by an entry process that exited with code 0. */
    record Terminated(
            Instant since,
            StatusReason reason,
            String message,
            @Nullable Integer exitCode) implements SandboxState {

        @Override
        public Kind kind() {
            return Kind.TERMINATED;
        }
    }

    /** Ended otherwise. */
    record Failed(
            Instant since,
            StatusReason reason,
            String message,
            @Nullable Integer exitCode) implements SandboxState {

        @Override
        public Kind kind() {
            return Kind.FAILED;
        }
    }

    private static SandboxState endOf(Exit exit, Instant now) {
        return exit.successful()
                ? new Terminated(now, exit.reason(), exit.message(), exit.code())
                : new Failed(now, exit.reason(), exit.message(), exit.code());
    }

    private static Failed unguarded(String message, Instant now) {
        return new Failed(now, StatusReason.NETWORK_GUARD_LOST, message, null);
    }

    private static Failed lost(String message, Instant now) {
        return new Failed(now, StatusReason.RUNTIME_ERROR, message, null);
    }
}
