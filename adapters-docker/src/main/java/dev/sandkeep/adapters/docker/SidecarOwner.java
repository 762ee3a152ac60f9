package dev.sandkeep.adapters.docker;

import java.util.function.Predicate;

/**
 * Which server of an instance keeps sidecars ready, so that several on one engine leave those of the others alone.
 *
 * @param server its name among the servers of the instance, without a hyphen
 * @param lives whether the server of that name lives, or may; never throws
 */
public record SidecarOwner(String server, Predicate<String> lives) {

    /** A server that is the only one of its instance. */
    public static SidecarOwner alone(String server) {
        return new SidecarOwner(server, _ -> false);
    }

    /** Whether a sidecar that waits for a sandbox was made by this server. */
    boolean made(String instance, String spare) {
        return SidecarSpecs.serverOf(instance, spare).filter(server::equals).isPresent();
    }

    /** Whether it was made by another server that may still give it to a sandbox. */
    boolean isOfAnother(String instance, String spare) {
        return !made(instance, spare)
                && SidecarSpecs.serverOf(instance, spare).filter(lives).isPresent();
    }
}
