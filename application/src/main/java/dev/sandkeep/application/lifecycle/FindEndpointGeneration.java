package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.EndpointGenerations;
import dev.sandkeep.domain.sandbox.SandboxId;

/** Tells in which generation the URLs of a sandbox are signed now. */
public final class FindEndpointGeneration {

    private final EndpointGenerations generations;

    public FindEndpointGeneration(EndpointGenerations generations) {
        this.generations = generations;
    }

    /** The current one; 0 for a sandbox that is not known. */
    public long find(SandboxId id) {
        return generations.current(id);
    }
}
