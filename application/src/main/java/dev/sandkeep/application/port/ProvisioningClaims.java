package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.List;

/**
 * Which of several servers makes a Pending sandbox run. A server that adds a sandbox to its {@link SandboxRepository} has
 * the claim to it from the beginning, without another write. It ends with the state, or with the server: one lives for as
 * long as it holds the lease that is called {@link #LIFE} and its name, and what a dead one had can be claimed by others.
 * An object of this type acts for one server. Every method blocks and is thread-safe; a change is durable when the method
 * returns.
 */
public interface ProvisioningClaims {

    /** What the lease of a living server is called, before its name. */
    String LIFE = "server/";

    /**
     * Takes a sandbox on, unless another living server has it.
     *
     * @return whether this server has it now; false also if it is not Pending, or unknown
     */
    boolean claim(SandboxId id);

    /** Whether another living server has it. */
    boolean isTaken(SandboxId id);

    /**
     * The Pending sandboxes that no other living server has, oldest first: those of dead servers, and those of this one
     * that were created before that time.
     */
    List<SandboxId> listOpen(Instant createdBefore, int atMost);
}
