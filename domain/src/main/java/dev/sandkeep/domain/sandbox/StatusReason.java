package dev.sandkeep.domain.sandbox;

import java.util.Locale;

/** Why a sandbox is in its state, as a word that programs can rely on. */
public enum StatusReason {
    /** It was accepted and is being made. */
    PROVISIONING,
    /** It is waiting for the container runtime, which cannot be reached now. */
    RUNTIME_UNAVAILABLE,
    /** Its entry process runs. */
    RUNNING,
    /** Somebody asked to pause it. */
    PAUSE_REQUESTED,
    /** Its processes are frozen. */
    PAUSED,
    /** Somebody asked to resume it. */
    RESUME_REQUESTED,
    /** Somebody deleted it. */
    USER_DELETE,
    /** Its deadline passed. */
    TTL_EXPIRY,
    /** Its entry process ended by itself. */
    EXITED,
    /** The kernel ended a process of it for want of memory. */
    OUT_OF_MEMORY,
    /** Its image could not be had. */
    IMAGE_PULL_FAILED,
    /** The image has no such program, or it cannot be executed. */
    ENTRYPOINT_NOT_FOUND,
    /** The runtime did not start it in the time allowed. */
    PROVISION_TIMEOUT,
    /** What enforced its network policy is gone, so it was stopped rather than left unguarded. */
    NETWORK_GUARD_LOST,
    /** The runtime refused or lost it. */
    RUNTIME_ERROR;

    /** The word as clients see it, for example {@code image_pull_failed}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
