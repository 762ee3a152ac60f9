package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.StopCause;
import java.time.InstantSource;

/** Ends a sandbox now and removes whatever was made for it. */
public final class DeleteSandbox {

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final InstantSource clock;

    public DeleteSandbox(SandboxRuntime runtime, SandboxRepository repository, InstantSource clock) {
        this.runtime = runtime;
        this.repository = repository;
        this.clock = clock;
    }

    /**
     * Returns when everything is gone. Calls for the same sandbox may overlap; each of them succeeds.
     *
     * @throws SandboxException.NotFound if there is no such sandbox, or an earlier deletion is complete
     * @throws SandboxException.RuntimeUnavailable if the runtime is away; the deletion is remembered and completed later
     */
    public void delete(SandboxId id) {
        Sandbox before = repository
                .find(id)
                .filter(sandbox -> !Deletion.isComplete(sandbox))
                .orElseThrow(() -> new SandboxException.NotFound(id.value()));
        repository.update(before.id(), sandbox -> sandbox.beginStop(StopCause.USER_DELETE, clock.instant()));
        runtime.remove(id);
        repository.update(id, sandbox -> sandbox.stopped(clock.instant()));
    }
}
