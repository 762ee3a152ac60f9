package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;

/** Reads one sandbox from the records; never asks the runtime. */
public final class FindSandbox {

    private final SandboxRepository repository;

    public FindSandbox(SandboxRepository repository) {
        this.repository = repository;
    }

    /**
     * The sandbox as it is recorded.
     *
     * @param includeDeleted whether a sandbox that its user deleted may still be seen
     * @throws SandboxException.NotFound if there is none
     */
    public Sandbox find(SandboxId id, boolean includeDeleted) {
        return repository
                .find(id)
                .filter(sandbox -> includeDeleted || !Deletion.isComplete(sandbox))
                .orElseThrow(() -> new SandboxException.NotFound(id.value()));
    }
}
