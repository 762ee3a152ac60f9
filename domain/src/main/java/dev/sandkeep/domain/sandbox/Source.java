package dev.sandkeep.domain.sandbox;

/** Where the files come from that a sandbox begins with. */
public sealed interface Source {

    /** Whether the request came with registry credentials, which are never part of this. */
    boolean authenticated();

    /** An image of a registry, or of the host. */
    record Image(ImageRef reference, boolean authenticated) implements Source {}

    /** What another sandbox had at some time. */
    record Snapshot(SnapshotId id) implements Source {

        @Override
        public boolean authenticated() {
            return false;
        }
    }
}
