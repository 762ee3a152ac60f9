package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.sandbox.SandboxState.Failed;
import dev.sandkeep.domain.sandbox.SandboxState.Paused;
import dev.sandkeep.domain.sandbox.SandboxState.Pausing;
import dev.sandkeep.domain.sandbox.SandboxState.Pending;
import dev.sandkeep.domain.sandbox.SandboxState.Resuming;
import dev.sandkeep.domain.sandbox.SandboxState.Running;
import dev.sandkeep.domain.sandbox.SandboxState.Stopping;
import dev.sandkeep.domain.sandbox.SandboxState.Terminated;
import java.time.Instant;

/** What becomes of a state by what the runtime shows; the same state if that is nothing new. */
final class ObservedState {

    private static final String REMOVED = "The sandbox was removed from the runtime by somebody else";

    private ObservedState() {}

    static SandboxState after(SandboxState state, Observation observation, Instant now) {
        return switch (observation) {
            case Observation.Created _ -> state;
            case Observation.Running _ -> running(state, now);
            case Observation.Paused _ -> paused(state, now);
            case Observation.Exited exited -> ended(state, exited.exit(), now);
            case Observation.Unguarded unguarded -> unguarded(state, unguarded.message(), now);
            case Observation.Evicted evicted -> gone(state, evicted.message(), now);
            case Observation.Remnant _, Observation.Missing _ -> gone(state, REMOVED, now);
        };
    }

    private static SandboxState running(SandboxState state, Instant now) {
        return switch (state) {
            case Pending pending -> pending.toRunning(now);
            case Paused paused -> paused.toRunning(now);
            case Resuming resuming -> resuming.toRunning(now);
            case Running _, Pausing _, Stopping _, Terminated _, Failed _ -> state;
        };
    }

    private static SandboxState paused(SandboxState state, Instant now) {
        return switch (state) {
            case Running running -> running.toPaused(now);
            case Pausing pausing -> pausing.toPaused(now);
            case Pending _, Paused _, Resuming _, Stopping _, Terminated _, Failed _ -> state;
        };
    }

    private static SandboxState ended(SandboxState state, Exit exit, Instant now) {
        return switch (state) {
            case Pending pending -> pending.toEnded(exit, now);
            case Running running -> running.toEnded(exit, now);
            case Pausing pausing -> pausing.toEnded(exit, now);
            case Paused paused -> paused.toEnded(exit, now);
            case Resuming resuming -> resuming.toEnded(exit, now);
            case Stopping _, Terminated _, Failed _ -> state;
        };
    }

    private static SandboxState unguarded(SandboxState state, String message, Instant now) {
        return switch (state) {
            case Running running -> running.toUnguarded(message, now);
            case Pausing pausing -> pausing.toUnguarded(message, now);
            case Paused paused -> paused.toUnguarded(message, now);
            case Resuming resuming -> resuming.toUnguarded(message, now);
            case Pending _, Stopping _, Terminated _, Failed _ -> state;
        };
    }

    /** Gone while Pending means not made yet; the removal that Stopping waits for is told by {@link Sandbox#stopped}. */
    private static SandboxState gone(SandboxState state, String message, Instant now) {
        return switch (state) {
            case Running running -> running.toLost(message, now);
            case Pausing pausing -> pausing.toLost(message, now);
            case Paused paused -> paused.toLost(message, now);
            case Resuming resuming -> resuming.toLost(message, now);
            case Pending _, Stopping _, Terminated _, Failed _ -> state;
        };
    }
}
