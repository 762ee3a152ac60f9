package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.Journal;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.testkit.contract.JournalContract;
import dev.sandkeep.testkit.contract.RenewalRaceContract;
import dev.sandkeep.testkit.contract.SandboxRepositoryContract;
import dev.sandkeep.testkit.fixture.Sandboxes;

final class InMemorySandboxRepositoryTest implements SandboxRepositoryContract, RenewalRaceContract, JournalContract {

    private final SettableClock clock = new SettableClock(Sandboxes.NOW);
    private final InMemorySandboxRepository repository = new InMemorySandboxRepository(clock);
    private final InMemorySnapshotRepository snapshots = new InMemorySnapshotRepository(repository.journal());

    @Override
    public SandboxRepository repository() {
        return repository;
    }

    @Override
    public Journal journal() {
        return repository.journal();
    }

    @Override
    public SnapshotRepository snapshots() {
        return snapshots;
    }

    /** Nothing is shared between two in-memory repositories, so this one serves both servers. */
    @Override
    public SandboxRepository repositoryOfAnotherServer() {
        return repository;
    }

    @Override
    public SettableClock clock() {
        return clock;
    }
}
