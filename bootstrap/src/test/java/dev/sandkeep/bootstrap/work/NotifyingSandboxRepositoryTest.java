package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.lifecycle.SandboxChanges;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.testkit.contract.SandboxRepositoryContract;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;

/** Wrapped, a repository keeps its promises. That changes are published is seen in the system test. */
class NotifyingSandboxRepositoryTest implements SandboxRepositoryContract {

    private final SandboxRepository repository =
            new NotifyingSandboxRepository(new InMemorySandboxRepository(), new SandboxChanges());

    @Override
    public SandboxRepository repository() {
        return repository;
    }
}
