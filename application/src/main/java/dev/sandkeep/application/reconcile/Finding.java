package dev.sandkeep.application.reconcile;

import dev.sandkeep.domain.sandbox.SandboxId;
import org.jspecify.annotations.Nullable;

/**
 * Something that was not as it should be.
 *
 * @param subject what kind of thing it is
 * @param name what it is called where it is: by the engine, or in the records; of an image, the snapshot that it keeps
 * @param sandbox the sandbox that it belongs to, or null if it belongs to none
 * @param why what is wrong with it, in a sentence
 * @param action what is done about it, in a few words
 */
public record Finding(
        Subject subject, String name, @Nullable SandboxId sandbox, String why, String action, Outcome outcome) {

    /** What something may be wrong with. */
    public enum Subject {
        RECORD,
        CONTAINER,
        SIDECAR,
        VOLUME,
        NETWORK,
        IMAGE
    }

    /** What became of it. */
    public enum Outcome {
        /** Nothing was done, because nothing was to be done but look. */
        PLANNED,
        DONE,
        /** It will be tried again by the next comparison; the log says what went wrong. */
        FAILED
    }
}
