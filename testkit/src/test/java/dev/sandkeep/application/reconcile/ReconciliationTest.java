package dev.sandkeep.application.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.application.reconcile.Finding.Outcome;
import dev.sandkeep.application.reconcile.Finding.Subject;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a comparison reports. That it does the right thing is shown by {@link ReconcileSandboxesTest}. */
class ReconciliationTest {

    private final TestApplication app = new TestApplication();
    private final ReconcileSandboxes reconciling = app.reconciling();

    @Test
    void whereEverythingAgreesThereIsNothingToReport() {
        app.recorded(Sandboxes.aRunningSandbox(), new Observation.Running());

        Reconciliation done = reconciling.sweep();

        assertThat(done.findings()).isEmpty();
        assertThat(done.records()).isEqualTo(1);
        assertThat(done.observed()).isEqualTo(1);
    }

    @Test
    void aRecordThatIsWrongIsReportedAndCorrected() {
        SandboxId id = app.recorded(Sandboxes.aRunningSandbox());

        Finding finding = only(reconciling.sweep());

        assertThat(finding.subject()).isEqualTo(Subject.RECORD);
        assertThat(finding.sandbox()).isEqualTo(id);
        assertThat(finding.why()).isEqualTo("it is recorded as Running and what is there of it is missing");
        assertThat(finding.outcome()).isEqualTo(Outcome.DONE);
        assertThat(app.stateOf(id)).isInstanceOf(SandboxState.Failed.class);
    }

    @Test
    void everyPartOfASandboxWithoutARecordIsReportedAndRemoved() {
        Sandbox sandbox = Sandboxes.aSandbox(Specs.aSpec().namedVolume("data", true, true));
        SandboxId id = app.inRuntime(sandbox, new Observation.Running());
        app.runtime.vanish(id);

        Reconciliation done = reconciling.sweep();

        assertThat(done.findings())
                .extracting(Finding::subject)
                .containsExactlyInAnyOrder(Subject.SIDECAR, Subject.VOLUME);
        assertThat(done.findings()).extracting(Finding::name).contains("data");
        assertThat(done.findings()).allMatch(finding -> finding.outcome() == Outcome.DONE);
        assertThat(app.isInRuntime(id)).isFalse();
        assertThat(app.runtime.hasVolume("data")).isFalse();
    }

    @Test
    void whatIsLeftOfASandboxThatEndedIsReportedAndRemoved() {
        SandboxId id = app.recorded(Sandboxes.aTerminatedSandbox(), new Observation.Running());

        Reconciliation done = reconciling.sweep();

        assertThat(done.findings())
                .isNotEmpty()
                .allMatch(finding -> finding.why().equals("its sandbox has ended"));
        assertThat(app.isInRuntime(id)).isFalse();
    }

    @Test
    void aPendingSandboxIsReportedOnlyIfNobodyMakesIt() {
        SandboxId id = app.recorded(Sandboxes.aSandbox());

        assertThat(only(reconciling.sweep()).why()).isEqualTo("it is Pending and nobody makes it");
        assertThat(app.queue.contains(id)).isTrue();
        assertThat(reconciling.sweep().findings()).isEmpty();
    }

    @Test
    void aRemovalThatWasNotFinishedIsReportedAndFinished() {
        SandboxId id = app.recorded(Sandboxes.aStoppingSandbox(), new Observation.Running());

        assertThat(only(reconciling.sweep()).action()).isEqualTo("finish its removal");
        assertThat(app.stateOf(id)).isInstanceOf(SandboxState.Terminated.class);
    }

    @Test
    void whatBelongsToNoSandboxIsReportedAndRemoved() {
        RuntimePart network = new RuntimePart(RuntimePart.Kind.NETWORK, "forgotten");
        app.runtime.addStray(network);
        app.runtime.ofInstance("other").addStray(new RuntimePart(RuntimePart.Kind.NETWORK, "of-another"));

        Finding finding = only(reconciling.sweep());

        assertThat(finding)
                .isEqualTo(new Finding(
                        Subject.NETWORK, "forgotten", null, "it belongs to no sandbox", "remove it", Outcome.DONE));
        assertThat(app.runtime.listStrays()).isEmpty();
        assertThat(app.runtime.ofInstance("other").listStrays()).hasSize(1);
    }

    @Test
    void aPreviewFindsTheSameAndChangesNothing() {
        SandboxId lost = app.recorded(Sandboxes.aRunningSandbox());
        SandboxId stopping = app.recorded(Sandboxes.aStoppingSandbox(), new Observation.Running());
        SandboxId pending = app.recorded(Sandboxes.aSandbox());
        SandboxId unknown = app.inRuntime(Sandboxes.aSandbox(), new Observation.Running());
        app.runtime.addStray(new RuntimePart(RuntimePart.Kind.CONTAINER, "forgotten"));

        Reconciliation preview = reconciling.preview();

        assertThat(preview.dryRun()).isTrue();
        assertThat(preview.findings()).allMatch(finding -> finding.outcome() == Outcome.PLANNED);
        assertThat(app.stateOf(lost)).isInstanceOf(SandboxState.Running.class);
        assertThat(app.stateOf(stopping)).isInstanceOf(SandboxState.Stopping.class);
        assertThat(app.queue.contains(pending)).isFalse();
        assertThat(app.repository.find(unknown)).isEmpty();
        assertThat(app.runtime.listStrays()).hasSize(1);
        assertThat(reconciling.last()).isEmpty();

        Reconciliation done = reconciling.sweep();

        assertThat(done.findings())
                .extracting(Finding::name)
                .containsExactlyInAnyOrderElementsOf(
                        preview.findings().stream().map(Finding::name).toList());
        assertThat(done.findings()).allMatch(finding -> finding.outcome() == Outcome.DONE);
        assertThat(reconciling.last()).contains(done);
    }

    @Test
    void whatCannotBeRepairedIsReportedAndKeepsNothingElseFromIt() {
        SandboxId first = app.recorded(Sandboxes.aStoppingSandbox(), new Observation.Running());
        SandboxId second = app.recorded(Sandboxes.aSandbox());
        app.runtime.removals().fail(new IllegalStateException("on purpose"));

        Reconciliation done = reconciling.sweep();

        assertThat(done.findings())
                .extracting(finding -> Objects.requireNonNull(finding.sandbox()), Finding::outcome)
                .containsExactlyInAnyOrder(tuple(first, Outcome.FAILED), tuple(second, Outcome.DONE));
    }

    private static Finding only(Reconciliation done) {
        List<Finding> findings = done.findings();
        assertThat(findings).hasSize(1);
        return findings.getFirst();
    }
}
