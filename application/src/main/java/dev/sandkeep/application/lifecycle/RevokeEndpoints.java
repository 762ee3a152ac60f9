package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.EndpointGenerations;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;

/** Makes all URLs worthless that were signed for a sandbox until now. */
public final class RevokeEndpoints {

    private final SandboxRepository repository;
    private final EndpointGenerations generations;

    public RevokeEndpoints(SandboxRepository repository, EndpointGenerations generations) {
        this.repository = repository;
        this.generations = generations;
    }

    /**
     * Holds from the next request on, and for good.
     *
     * @throws SandboxException.NotFound if there is no such sandbox
     */
    public void revoke(SandboxId id) {
        Sandbox sandbox = repository
                .find(id)
                .filter(found -> !Deletion.isComplete(found))
                .orElseThrow(() -> new SandboxException.NotFound(id.value()));
        generations.advance(sandbox.id());
    }
}
