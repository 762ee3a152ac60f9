package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Pending;
import java.time.Duration;

/** Waits until it is known how the provisioning of a sandbox went. */
public final class AwaitSandbox {

    private final SandboxRepository repository;
    private final SandboxChanges changes;

    public AwaitSandbox(SandboxRepository repository, SandboxChanges changes) {
        this.repository = repository;
        this.changes = changes;
    }

    /**
     * Waits.
     *
     * @return the sandbox when it is no longer Pending, or as it is after that time
     * @throws SandboxException.NotFound if there is no such sandbox
     */
    public Sandbox await(SandboxId id, Duration atMost) {
        return changes.await(
                () -> repository.find(id).orElseThrow(() -> new SandboxException.NotFound(id.value())),
                sandbox -> !(sandbox.state() instanceof Pending),
                id,
                atMost);
    }
}
