package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.testkit.contract.SnapshotStoreContract;
import dev.sandkeep.testkit.fixture.Specs;
import org.junit.jupiter.api.BeforeEach;

final class InMemorySnapshotStoreTest implements SnapshotStoreContract {

    private final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();

    @BeforeEach
    void prepareImage() {
        runtime.addImage(Specs.IMAGE);
    }

    @Override
    public SandboxRuntime runtime() {
        return runtime;
    }

    @Override
    public SnapshotStore store() {
        return runtime.snapshots();
    }

    @Override
    public SnapshotStore storeOfAnotherInstance() {
        return runtime.ofInstance("other").snapshots();
    }

    @Override
    public SnapshotStore storeWithoutEngine() {
        InMemorySandboxRuntime away = new InMemorySandboxRuntime();
        away.goAway();
        return away.snapshots();
    }
}
