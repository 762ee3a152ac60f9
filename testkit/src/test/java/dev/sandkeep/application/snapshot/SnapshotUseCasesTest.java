package dev.sandkeep.application.snapshot;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.aPausedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aStoppingSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aTerminatedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Snapshots.aDeletingSnapshot;
import static dev.sandkeep.testkit.fixture.Snapshots.aFailedSnapshot;
import static dev.sandkeep.testkit.fixture.Snapshots.aSnapshot;
import static dev.sandkeep.testkit.fixture.Snapshots.aSnapshotId;
import static dev.sandkeep.testkit.fixture.Snapshots.aSnapshotOf;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.application.lifecycle.CreateSandbox;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.reconcile.Finding;
import dev.sandkeep.application.reconcile.ReconcileSnapshots;
import dev.sandkeep.domain.admission.SnapshotQuota;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.PausedTime;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotException;
import dev.sandkeep.domain.snapshot.SnapshotName;
import dev.sandkeep.domain.snapshot.SnapshotReason;
import dev.sandkeep.domain.snapshot.SnapshotState;
import dev.sandkeep.testkit.fake.InMemorySnapshotStore;
import dev.sandkeep.testkit.fake.SequentialSnapshotIdSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SnapshotUseCasesTest {

    private static final int CAPACITY = 3;
    private static final int MOST = 5;

    private final TestApplication app = new TestApplication();
    private final InMemorySnapshotStore store = app.runtime.snapshots();
    private final CreateSnapshot creating = new CreateSnapshot(
            app.runtime,
            app.repository,
            app.snapshots,
            new SequentialSnapshotIdSource(),
            CAPACITY,
            new SnapshotQuota(MOST),
            app.clock);
    private final TakeSnapshot taking = new TakeSnapshot(store, app.snapshots, app.clock);
    private final DeleteSnapshot deleting = new DeleteSnapshot(store, app.snapshots, app.repository, app.clock);
    private final ReconcileSnapshots reconciling = new ReconcileSnapshots(store, app.snapshots, app.clock);

    private SandboxId running() {
        return app.recorded(aRunningSandbox(), new Observation.Running());
    }

    private SnapshotId taken() {
        SnapshotId id = creating.create(running(), null).id();
        taking.take(id);
        return id;
    }

    private SnapshotState stateOf(SnapshotId id) {
        return app.snapshots.find(id).orElseThrow().state();
    }

    private static SandboxSpec restoring(SnapshotId id) {
        return aSpec().snapshot(id).build();
    }

    private Sandbox restore(SnapshotId id) {
        return app.creating().create(new CreateSandbox.Request(restoring(id), null, null, null));
    }

    @Test
    void aSnapshotIsDurableBeforeAnythingIsSaved() {
        SandboxId sandbox = running();

        Snapshot snapshot = creating.create(sandbox, new SnapshotName("before"));

        assertThat(stateOf(snapshot.id())).isEqualTo(new SnapshotState.Creating(NOW));
        assertThat(store.saves().count()).isZero();
        assertThat(taking.listWaiting(10)).containsExactly(snapshot.id());
    }

    @Test
    void aTakenSnapshotIsReady() {
        SnapshotId id = taken();

        assertThat(stateOf(id)).isInstanceOf(SnapshotState.Ready.class);
        assertThat(taking.listWaiting(10)).isEmpty();
    }

    @Test
    void aPausedSandboxCanBeSaved() {
        SandboxId paused = app.recorded(aPausedSandbox(), new Observation.Paused());

        SnapshotId id = creating.create(paused, null).id();
        taking.take(id);

        assertThat(stateOf(id)).isInstanceOf(SnapshotState.Ready.class);
    }

    static Stream<Sandbox> withoutFiles() {
        return Stream.of(
                aSandbox(),
                aStoppingSandbox(),
                aTerminatedSandbox(),
                aRunningSandbox().beginPause(PausedTime.COUNTS, NOW));
    }

    @ParameterizedTest
    @MethodSource("withoutFiles")
    void aSandboxInAnyOtherStateIsRefused(Sandbox sandbox) {
        SandboxId id = app.recorded(sandbox);

        assertThatThrownBy(() -> creating.create(id, null)).isInstanceOf(SandboxException.IllegalTransition.class);
        assertThat(app.snapshots.listAll()).isEmpty();
    }

    @Test
    void aSandboxThatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> creating.create(anId(), null)).isInstanceOf(SandboxException.NotFound.class);
    }

    @Test
    void aRuntimeThatKeepsNoSnapshotsIsToldBeforeAnythingIsRecorded() {
        SandboxId sandbox = running();
        app.runtime.removeCapability(RuntimeCapability.SNAPSHOTS);

        assertThatThrownBy(() -> creating.create(sandbox, null)).isInstanceOf(SandboxException.Unsupported.class);
        assertThat(app.snapshots.listAll()).isEmpty();
    }

    @Test
    void moreThanTheServerTakesOnAreRefused() {
        SandboxId sandbox = running();
        for (int i = 0; i < CAPACITY; i++) {
            creating.create(sandbox, null);
        }

        assertThatThrownBy(() -> creating.create(sandbox, null)).isInstanceOf(SnapshotException.Overloaded.class);
    }

    @Test
    void aFailureIsToldInTheState() {
        SnapshotId id = creating.create(running(), null).id();
        store.saves()
                .fail(new SnapshotException.SaveFailed(
                        SnapshotReason.SNAPSHOT_RUNTIME_TIMEOUT, "it took too long", null));

        taking.take(id);

        assertThat(stateOf(id).reason()).isEqualTo(SnapshotReason.SNAPSHOT_RUNTIME_TIMEOUT);
        assertThat(stateOf(id).message()).isEqualTo("it took too long");
    }

    @Test
    void aSandboxThatEndedMeanwhileIsTheReason() {
        SandboxId sandbox = running();
        SnapshotId id = creating.create(sandbox, null).id();
        app.runtime.vanish(sandbox);

        taking.take(id);

        assertThat(stateOf(id).reason()).isEqualTo(SnapshotReason.SNAPSHOT_SOURCE_GONE);
    }

    @Test
    void anOutageLeavesItForLater() {
        SnapshotId id = creating.create(running(), null).id();
        app.runtime.goAway();
        assertThatThrownBy(() -> taking.take(id)).isInstanceOf(SandboxException.RuntimeUnavailable.class);
        assertThat(stateOf(id)).isInstanceOf(SnapshotState.Creating.class);

        app.runtime.comeBack();
        taking.take(id);

        assertThat(stateOf(id)).isInstanceOf(SnapshotState.Ready.class);
    }

    @Test
    void aSandboxIsMadeOfAReadySnapshot() {
        Sandbox restored = restore(taken());

        app.provisioning().prepare(restored.id(), null);
        app.provisioning().launch(restored.id());

        assertThat(app.stateOf(restored.id()).kind().word()).isEqualTo("Running");
        assertThat(app.runtime.pulls().count()).isZero();
    }

    static Stream<Snapshot> notReady() {
        return Stream.of(aSnapshot(), aDeletingSnapshot(), aFailedSnapshot());
    }

    @ParameterizedTest
    @MethodSource("notReady")
    void noSandboxIsMadeOfAnotherOne(Snapshot snapshot) {
        app.snapshots.add(snapshot);

        assertThatThrownBy(() -> restore(snapshot.id())).isInstanceOf(SnapshotException.NotReady.class);
        assertThat(app.repository.listLive()).isEmpty();
    }

    @Test
    void noSandboxIsMadeOfASnapshotThatIsNotThere() {
        assertThatThrownBy(() -> restore(aSnapshotId())).isInstanceOf(SnapshotException.NotFound.class);
    }

    @Test
    void aDeletedSnapshotIsGone() {
        SnapshotId id = taken();

        deleting.delete(id);

        assertThat(app.snapshots.find(id)).isEmpty();
        assertThat(store.list()).isEmpty();
        assertThatThrownBy(() -> deleting.delete(id)).isInstanceOf(SnapshotException.NotFound.class);
    }

    @Test
    void aSnapshotThatIsBeingCreatedCannotBeDeleted() {
        SnapshotId id = creating.create(running(), null).id();

        assertThatThrownBy(() -> deleting.delete(id)).isInstanceOf(SnapshotException.IllegalTransition.class);
        assertThat(stateOf(id)).isInstanceOf(SnapshotState.Creating.class);
    }

    @Test
    void aDeletionWhileASandboxIsBeingMadeOfItIsRefusedAndCanBeRepeated() {
        SnapshotId id = taken();
        Sandbox restored = restore(id);

        assertThatThrownBy(() -> deleting.delete(id)).isInstanceOf(SnapshotException.InUse.class);
        assertThat(stateOf(id)).isInstanceOf(SnapshotState.Ready.class);
        assertThatCode(() -> restore(id)).doesNotThrowAnyException();

        app.repository.listLive().stream()
                .filter(sandbox -> sandbox.spec().equals(restored.spec()))
                .forEach(sandbox -> app.provisioning().launch(sandbox.id()));
        assertThatCode(() -> deleting.delete(id)).doesNotThrowAnyException();
    }

    @Test
    void asLongAsASandboxNeedsItADeletedSnapshotIsDeleting() {
        SnapshotId id = taken();
        SandboxId restored = restore(id).id();
        app.provisioning().launch(restored);

        deleting.delete(id);
        deleting.delete(id);
        reconciling.sweep();

        assertThat(stateOf(id)).isInstanceOf(SnapshotState.Deleting.class);
        assertThat(app.isInRuntime(restored)).isTrue();

        app.deleting().delete(restored);
        reconciling.sweep();

        assertThat(app.snapshots.find(id)).isEmpty();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void aDeletionDuringAnOutageIsCompletedLater() {
        SnapshotId id = taken();
        app.runtime.goAway();
        assertThatThrownBy(() -> deleting.delete(id)).isInstanceOf(SandboxException.RuntimeUnavailable.class);
        assertThat(stateOf(id)).isInstanceOf(SnapshotState.Deleting.class);

        app.runtime.comeBack();
        reconciling.sweep();

        assertThat(app.snapshots.find(id)).isEmpty();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void aFailedSnapshotIsDeletedToo() {
        Snapshot failed = aFailedSnapshot();
        app.snapshots.add(failed);

        deleting.delete(failed.id());

        assertThat(app.snapshots.find(failed.id())).isEmpty();
    }

    @Test
    void aSnapshotWhoseFilesAreGoneIsFailed() {
        SnapshotId id = taken();
        store.lose(id);

        reconciling.sweep();

        assertThat(stateOf(id).reason()).isEqualTo(SnapshotReason.SNAPSHOT_RUNTIME_MISSING_IMAGE);
    }

    @Test
    void whatALateSavingOfAFailedSnapshotLeftIsRemoved() {
        Snapshot failed = aFailedSnapshot();
        app.snapshots.add(failed);
        store.leaveHalfSaved(failed);

        reconciling.sweep();

        assertThat(store.list()).isEmpty();
        assertThat(stateOf(failed.id())).isInstanceOf(SnapshotState.Failed.class);
    }

    @Test
    void whatIsBeingSavedIsLeftAlone() {
        SnapshotId id = creating.create(running(), null).id();
        store.leaveHalfSaved(app.snapshots.find(id).orElseThrow());

        reconciling.sweep();

        assertThat(store.find(id)).isPresent();
    }

    @Test
    void aSnapshotWithoutARecordIsTakenOver() {
        Snapshot unknown = aSnapshotOf(running());
        store.save(unknown);

        reconciling.sweep();

        assertThat(stateOf(unknown.id())).isInstanceOf(SnapshotState.Ready.class);
        assertThat(app.snapshots.find(unknown.id()).orElseThrow().name()).isEqualTo(unknown.name());
    }

    @Test
    void whatIsLeftOfASnapshotWithoutARecordIsRemoved() {
        store.leaveHalfSaved(aSnapshot());

        reconciling.sweep();

        assertThat(store.list()).isEmpty();
        assertThat(app.snapshots.listAll()).isEmpty();
    }

    @Test
    void aPreviewFindsWhatTheNextComparisonRepairsAndChangesNothing() {
        store.leaveHalfSaved(aSnapshot());

        List<Finding> planned = reconciling.preview();

        assertThat(planned).hasSize(1).allMatch(finding -> finding.outcome() == Finding.Outcome.PLANNED);
        assertThat(store.list()).hasSize(1);
        assertThat(reconciling.last()).isEmpty();

        List<Finding> done = reconciling.sweep();

        assertThat(done)
                .hasSize(1)
                .allMatch(finding -> finding.outcome() == Finding.Outcome.DONE
                        && finding.subject() == Finding.Subject.IMAGE
                        && finding.name().equals(planned.getFirst().name()));
        assertThat(reconciling.last()).isEqualTo(done);
        assertThat(reconciling.preview()).isEmpty();
    }

    @Test
    void aReadySnapshotWithItsFilesStaysAsItIs() {
        SnapshotId id = taken();
        Snapshot before = app.snapshots.find(id).orElseThrow();

        reconciling.sweep();

        assertThat(app.snapshots.find(id)).map(Snapshot::version).hasValue(before.version());
    }
}
