package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.SandboxId;
import org.jspecify.annotations.Nullable;

/**
 * Provisions sandboxes one after the other, as many at a time as the operator allows, in the order in which they were
 * submitted. Lost with the process; whatever is Pending then is taken over by the next start, or by another server on the
 * same records. Thread-safe.
 */
public interface ProvisioningQueue {

    /**
     * Checks that there is room.
     *
     * @throws dev.sandkeep.domain.sandbox.SandboxException.Overloaded if it is full now
     */
    void requireCapacity();

    /** Whether a sandbox is being provisioned, or waits for it, in here or at another server. */
    boolean contains(SandboxId id);

    /**
     * Takes a sandbox on that this server just added, and returns at once. One that is already in the queue is not taken
     * twice.
     *
     * @param credentials kept in memory until the image is there
     */
    void submit(SandboxId id, @Nullable RegistryCredentials credentials);

    /**
     * Takes a sandbox on that perhaps nobody makes, and returns at once: one that another server has by the time of its
     * turn is left to that. One that is already in the queue is not taken twice.
     */
    void takeOver(SandboxId id);
}
