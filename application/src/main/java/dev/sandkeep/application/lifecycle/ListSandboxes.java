package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;

/** Lists sandboxes from the records; never asks the runtime. */
public final class ListSandboxes {

    private final SandboxRepository repository;

    public ListSandboxes(SandboxRepository repository) {
        this.repository = repository;
    }

    public Page<Sandbox> list(SandboxQuery query) {
        return repository.list(query);
    }
}
