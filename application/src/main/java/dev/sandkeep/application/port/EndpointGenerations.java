package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.SandboxId;

/**
 * How often the signed URLs of a sandbox were revoked: a URL is good for the generation that it was signed in. Every
 * method blocks and is thread-safe.
 */
public interface EndpointGenerations {

    /** The generation of what is signed now; 0 until something was revoked, and for an unknown sandbox. */
    long current(SandboxId id);

    /**
     * Begins the next generation; durable when this returns.
     *
     * @param id of a sandbox that is stored
     */
    void advance(SandboxId id);
}
