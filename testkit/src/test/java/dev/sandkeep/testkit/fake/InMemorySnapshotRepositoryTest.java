package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.testkit.contract.SnapshotRepositoryContract;

final class InMemorySnapshotRepositoryTest implements SnapshotRepositoryContract {

    private final InMemorySnapshotRepository snapshots =
            new InMemorySnapshotRepository(new InMemorySandboxRepository().journal());

    @Override
    public SnapshotRepository snapshots() {
        return snapshots;
    }
}
