package dev.sandkeep.domain.sandbox;

/** Whether the time for which a sandbox is paused brings its deadline nearer. */
public enum PausedTime {
    COUNTS,
    /** From the request to pause until it runs again, the deadline is put off. */
    DOES_NOT_COUNT
}
