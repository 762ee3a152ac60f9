package dev.sandkeep.bootstrap.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.snapshot.SnapshotException;
import dev.sandkeep.testkit.contract.SnapshotStoreContract;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Snapshots;
import dev.sandkeep.testkit.fixture.Specs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keeps what the store behind it promises, and counts. */
class MeteredSnapshotStoreTest implements SnapshotStoreContract {

    private final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();
    private final Metrics metrics = new Metrics();
    private final SnapshotStore metered = new MeteredSnapshotStore(runtime.snapshots(), metrics);

    @BeforeEach
    void prepareImage() {
        runtime.addImage(Specs.IMAGE);
    }

    @AfterEach
    void close() {
        metrics.close();
    }

    @Override
    public SandboxRuntime runtime() {
        return runtime;
    }

    @Override
    public SnapshotStore store() {
        return metered;
    }

    @Override
    public SnapshotStore storeOfAnotherInstance() {
        return new MeteredSnapshotStore(runtime.ofInstance("other").snapshots(), metrics);
    }

    @Override
    public SnapshotStore storeWithoutEngine() {
        InMemorySandboxRuntime away = new InMemorySandboxRuntime();
        away.goAway();
        return new MeteredSnapshotStore(away.snapshots(), metrics);
    }

    @Test
    void aCallIsCountedByHowItEnded() {
        metered.list();
        assertThatThrownBy(() -> metered.save(Snapshots.aSnapshotOf(Sandboxes.anId())))
                .isInstanceOf(SnapshotException.SaveFailed.class);
        runtime.goAway();
        assertThatThrownBy(() -> metered.remove(Snapshots.aSnapshotId()))
                .isInstanceOf(SandboxException.RuntimeUnavailable.class);

        assertThat(metrics.scrape())
                .contains("sandkeep_runtime_calls_seconds_count{call=\"list_snapshots\",outcome=\"ok\"} 1")
                .contains("sandkeep_runtime_calls_seconds_count{call=\"save_snapshot\",outcome=\"refused\"} 1")
                .contains("sandkeep_runtime_calls_seconds_count{call=\"remove_snapshot\",outcome=\"unavailable\"} 1");
    }
}
