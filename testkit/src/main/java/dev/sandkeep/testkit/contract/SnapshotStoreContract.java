package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Snapshots.aSnapshot;
import static dev.sandkeep.testkit.fixture.Snapshots.aSnapshotId;
import static dev.sandkeep.testkit.fixture.Snapshots.aSnapshotOf;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.application.port.SnapshotStore.SavedSnapshot;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.snapshot.DiskUse;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotException.SaveFailed;
import dev.sandkeep.domain.snapshot.SnapshotReason;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SnapshotStore} promises, together with the {@link SandboxRuntime} that it keeps files for. An
 * implementation gives each test both with an instance name of its own and the tests' image on the host, and removes
 * afterwards what the test left.
 */
public interface SnapshotStoreContract {

    /** The runtime whose sandboxes are saved; the same one throughout a test. */
    SandboxRuntime runtime();

    /** The store under test; the same one throughout a test. */
    SnapshotStore store();

    /** A store on the same engine with another instance name. */
    SnapshotStore storeOfAnotherInstance();

    /** A store whose engine is away. */
    SnapshotStore storeWithoutEngine();

    private Sandbox launched() {
        Sandbox sandbox = aSandbox(aSpec());
        runtime().launch(sandbox);
        return sandbox;
    }

    private Snapshot saved() {
        Snapshot snapshot = aSnapshotOf(launched().id());
        store().save(snapshot);
        return snapshot;
    }

    private Sandbox restored(Snapshot snapshot) {
        Sandbox sandbox = aSandbox(aSpec().snapshot(snapshot.id()));
        runtime().launch(sandbox);
        return sandbox;
    }

    @Test
    default void theCapabilityIsDeclared() {
        assertThat(runtime().capabilities()).contains(RuntimeCapability.SNAPSHOTS);
    }

    @Test
    default void aSandboxIsMadeOfASavedSnapshot() {
        Snapshot snapshot = saved();

        Sandbox restored = restored(snapshot);

        assertThat(runtime().observe(restored.id())).isInstanceOf(Observation.Running.class);
    }

    @Test
    default void theSandboxRunsOn() {
        Snapshot snapshot = saved();

        assertThat(runtime().observe(snapshot.sandboxId())).isInstanceOf(Observation.Running.class);
    }

    @Test
    default void aSnapshotOutlivesItsSandbox() {
        Snapshot snapshot = saved();
        runtime().remove(snapshot.sandboxId());

        Sandbox restored = restored(snapshot);

        assertThat(runtime().observe(restored.id())).isInstanceOf(Observation.Running.class);
    }

    @Test
    default void aSnapshotIsTakenOfARestoredSandbox() {
        Sandbox restored = restored(saved());
        Snapshot second = aSnapshotOf(restored.id());
        store().save(second);

        assertThat(runtime().observe(restored(second).id())).isInstanceOf(Observation.Running.class);
    }

    @Test
    default void savingAgainChangesNothing() {
        Snapshot snapshot = aSnapshotOf(launched().id());
        DiskUse first = store().save(snapshot);
        runtime().remove(snapshot.sandboxId());

        DiskUse second = store().save(snapshot);

        assertThat(second).isEqualTo(first);
        assertThat(first.total()).isPositive();
    }

    @Test
    default void aSavedSnapshotIsSeenWithWhatIsNeededToAdoptIt() {
        Snapshot snapshot = saved();

        assertThat(store().list()).singleElement().satisfies(seen -> {
            assertThat(seen.id()).isEqualTo(snapshot.id());
            assertThat(seen.complete()).isTrue();
            assertThat(seen.leftovers()).isFalse();
            Snapshot adoptable = requireNonNull(seen.adoptable());
            assertThat(adoptable.sandboxId()).isEqualTo(snapshot.sandboxId());
            assertThat(adoptable.name()).isEqualTo(snapshot.name());
            assertThat(adoptable.createdAt()).isEqualTo(snapshot.createdAt());
        });
        assertThat(store().find(snapshot.id())).map(SavedSnapshot::complete).hasValue(true);
    }

    @Test
    default void aSandboxThatIsGoneCannotBeSaved() {
        assertThatThrownBy(() -> store().save(aSnapshotOf(anId())))
                .isInstanceOfSatisfying(
                        SaveFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(SnapshotReason.SNAPSHOT_SOURCE_GONE));
        assertThat(store().list()).isEmpty();
    }

    @Test
    default void noSandboxIsMadeOfARemovedSnapshot() {
        Snapshot snapshot = saved();

        assertThat(store().remove(snapshot.id())).isTrue();

        assertThat(store().find(snapshot.id())).isEmpty();
        assertThat(store().list()).isEmpty();
        assertThatThrownBy(() -> restored(snapshot)).isInstanceOf(LaunchFailed.class);
    }

    @Test
    default void removingWhatIsNotThereIsFine() {
        assertThat(store().remove(aSnapshotId())).isTrue();
    }

    @Test
    default void theFilesStayAsLongAsASandboxNeedsThem() {
        Snapshot snapshot = saved();
        Sandbox restored = restored(snapshot);

        assertThat(store().remove(snapshot.id())).isFalse();
        assertThat(runtime().observe(restored.id())).isInstanceOf(Observation.Running.class);

        runtime().remove(restored.id());
        assertThat(store().remove(snapshot.id())).isTrue();
        assertThat(store().list()).isEmpty();
    }

    @Test
    default void anotherInstanceNeitherSeesNorTouchesIt() {
        Snapshot snapshot = saved();
        SnapshotStore other = storeOfAnotherInstance();

        assertThat(other.remove(snapshot.id())).isTrue();

        assertThat(other.list()).isEmpty();
        assertThat(other.find(snapshot.id())).isEmpty();
        assertThatThrownBy(() -> other.save(aSnapshotOf(snapshot.sandboxId()))).isInstanceOf(SaveFailed.class);
        assertThat(store().find(snapshot.id())).isPresent();
    }

    @Test
    default void withoutAnEngineEveryCallSaysSo() {
        SnapshotStore away = storeWithoutEngine();
        Stream.<Runnable>of(
                        () -> away.save(aSnapshot()),
                        () -> away.remove(aSnapshotId()),
                        () -> away.find(aSnapshotId()),
                        away::list)
                .forEach(call -> assertThatThrownBy(call::run).isInstanceOf(RuntimeUnavailable.class));
    }
}
