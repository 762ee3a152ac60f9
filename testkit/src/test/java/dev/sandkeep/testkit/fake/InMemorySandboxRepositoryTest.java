package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.testkit.contract.SandboxRepositoryContract;

final class InMemorySandboxRepositoryTest implements SandboxRepositoryContract {

    private final SandboxRepository repository = new InMemorySandboxRepository();

    @Override
    public SandboxRepository repository() {
        return repository;
    }
}
