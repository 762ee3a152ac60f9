package dev.sandkeep.domain.snapshot;

import java.util.Locale;

/** Why a snapshot is in its state, as a word that programs can rely on. */
public enum SnapshotReason {
    /** It was accepted and is being made. */
    SNAPSHOT_ACCEPTED,
    /** Its files are saved. */
    SNAPSHOT_RUNTIME_READY,
    /** The runtime could not save the files. */
    SNAPSHOT_RUNTIME_FAILED,
    /** The runtime did not save the files in the time allowed. */
    SNAPSHOT_RUNTIME_TIMEOUT,
    /** The sandbox was gone before its files were saved. */
    SNAPSHOT_SOURCE_GONE,
    /** Its files were removed from the runtime by somebody else. */
    SNAPSHOT_RUNTIME_MISSING_IMAGE,
    /** Somebody deleted it. */
    SNAPSHOT_DELETE_REQUESTED;

    /** The word as clients see it, for example {@code snapshot_accepted}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
