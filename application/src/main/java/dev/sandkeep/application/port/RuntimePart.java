package dev.sandkeep.application.port;

/**
 * One thing that the runtime made.
 *
 * @param name as the engine knows it
 */
public record RuntimePart(Kind kind, String name) {

    /** What it is. */
    public enum Kind {
        /** What the processes of a sandbox run in. */
        CONTAINER,
        /** What guards the network of a sandbox. */
        SIDECAR,
        /** A named volume. */
        VOLUME,
        /** What sandboxes are connected to. */
        NETWORK
    }
}
