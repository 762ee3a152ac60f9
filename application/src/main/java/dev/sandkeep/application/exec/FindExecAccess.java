package dev.sandkeep.application.exec;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.SandboxId;

/** Finds whose the port of the execution API is in a sandbox. */
public final class FindExecAccess {

    private final SandboxRepository repository;

    public FindExecAccess(SandboxRepository repository) {
        this.repository = repository;
    }

    /** Whether this server answers there, rather than a service of the sandbox; also for one that there is not. */
    public boolean isServed(SandboxId id) {
        return repository
                .find(id)
                .map(sandbox -> sandbox.spec().extensions().allowsExec())
                .orElse(true);
    }
}
