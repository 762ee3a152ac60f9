package dev.sandkeep.domain.sandbox;

/** What the runtime says about a sandbox at one moment. Never a guess: a runtime that is away makes no observation. */
public sealed interface Observation {

    /** Made, but not started yet. */
    record Created() implements Observation {}

    record Running() implements Observation {}

    /** Frozen; memory is kept. */
    record Paused() implements Observation {}

    /** Its entry process ended. */
    record Exited(Exit exit) implements Observation {}

    /**
     * It runs or is paused, but what enforces its network policy is gone.
     *
     * @param message what is known of it, in a sentence
     */
    record Unguarded(String message) implements Observation {}

    /**
     * The runtime ended it for a reason of its own, such as a host that failed or was short of memory.
     *
     * @param message what the runtime says of it, in a sentence
     */
    record Evicted(String message) implements Observation {}

    /** No process of it, but something else that was made for it is still there, such as a volume. */
    record Remnant() implements Observation {}

    /** Nothing of it is there. */
    record Missing() implements Observation {}
}
