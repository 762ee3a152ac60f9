package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.SandboxId;
import org.jspecify.annotations.Nullable;

/**
 * Provisions sandboxes one after the other, as many at a time as the operator allows, in the order in which they were
 * submitted. Lost with the process; pending sandboxes are submitted again at the next start. Thread-safe.
 */
public interface ProvisioningQueue {

    /**
     * Checks that there is room.
     *
     * @throws dev.sandkeep.domain.sandbox.SandboxException.Overloaded if it is full now
     */
    void requireCapacity();

    /** Whether a sandbox is being provisioned, or waits for it. */
    boolean contains(SandboxId id);

    /**
     * Takes a sandbox on and returns at once. One that is already in the queue is not taken twice.
     *
     * @param credentials kept in memory until the image is there
     */
    void submit(SandboxId id, @Nullable RegistryCredentials credentials);
}
