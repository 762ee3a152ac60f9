package dev.sandkeep.application.reconcile;

import static dev.sandkeep.testkit.fixture.Sandboxes.aPausedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aStoppingSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.RecordingProvisioningQueue.Submission;
import dev.sandkeep.application.TestApplication;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.PausedTime;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.GuardUnavailable;
import dev.sandkeep.domain.sandbox.SandboxException.RemovalUnconfirmed;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every record against everything that may be in the runtime. */
class ReconcileSandboxesTest {

    private static final Map<String, Supplier<Sandbox>> RECORDS = Map.of(
            "Pending", Sandboxes::aSandbox,
            "Running", Sandboxes::aRunningSandbox,
            "Pausing", () -> aRunningSandbox().beginPause(PausedTime.COUNTS, Sandboxes.NOW),
            "Paused", Sandboxes::aPausedSandbox,
            "Resuming", () -> aPausedSandbox().beginResume(Sandboxes.NOW),
            "Stopping", Sandboxes::aStoppingSandbox,
            "Terminated", Sandboxes::aTerminatedSandbox,
            "Failed", Sandboxes::aFailedSandbox);

    private final TestApplication app = new TestApplication();

    /** Container: there afterwards, or gone. Missing and Remnant have tests of their own. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # record   | in the runtime | record after | container after | queued
        Pending    | Created        | Pending      | there           | true
        Pending    | Running        | Pending      | there           | true
        Pending    | Exited 0       | Pending      | there           | true
        Running    | Running        | Running      | there           | false
        Running    | Created        | Running      | there           | false
        Running    | Paused         | Paused       | there           | false
        Running    | Exited 0       | Terminated   | gone            | false
        Running    | Exited 3       | Failed       | gone            | false
        Running    | Exited 137     | Failed       | gone            | false
        Pausing    | Running        | Paused       | there           | false
        Pausing    | Paused         | Paused       | there           | false
        Pausing    | Exited 3       | Failed       | gone            | false
        Paused     | Paused         | Paused       | there           | false
        Paused     | Running        | Running      | there           | false
        Paused     | Exited 137     | Failed       | gone            | false
        Resuming   | Paused         | Running      | there           | false
        Resuming   | Running        | Running      | there           | false
        Stopping   | Created        | Terminated   | gone            | false
        Stopping   | Running        | Terminated   | gone            | false
        Stopping   | Paused         | Terminated   | gone            | false
        Stopping   | Exited 0       | Terminated   | gone            | false
        Terminated | Running        | Terminated   | gone            | false
        Terminated | Exited 0       | Terminated   | gone            | false
        Failed     | Created        | Failed       | gone            | false
        Failed     | Running        | Failed       | gone            | false
        """)
    void aSweepMakesRecordAndRuntimeAgree(
            String record, String seen, String recordAfter, String containerAfter, boolean queued) {
        SandboxId id = app.recorded(RECORDS.get(record).get(), observation(seen));

        app.reconciling().sweep();

        assertThat(app.stateOf(id).kind().word()).isEqualTo(recordAfter);
        assertThat(app.isInRuntime(id)).isEqualTo(containerAfter.equals("there"));
        assertThat(app.queue.submissions().contains(new Submission(id, null))).isEqualTo(queued);
    }

    @ParameterizedTest
    @CsvSource({
        "Pending, Pending, true",
        "Running, Failed, false",
        "Pausing, Failed, false",
        "Paused, Failed, false",
        "Resuming, Failed, false",
        "Stopping, Terminated, false",
        "Terminated, Terminated, false",
        "Failed, Failed, false"
    })
    void aRecordWithoutAContainer(String record, String recordAfter, boolean queued) {
        SandboxId id = app.recorded(RECORDS.get(record).get());

        app.reconciling().sweep();

        assertThat(app.stateOf(id).kind().word()).isEqualTo(recordAfter);
        assertThat(app.queue.submissions().contains(new Submission(id, null))).isEqualTo(queued);
    }

    @ParameterizedTest
    @CsvSource({"Running, Running", "Paused, Paused", "Exited 3, Failed", "Exited 0, Terminated"})
    void aContainerWithoutARecordIsTakenOver(String seen, String recordAfter) {
        SandboxId id = app.inRuntime(aSandbox(), observation(seen));

        app.reconciling().sweep();

        Sandbox adopted = app.repository.find(id).orElseThrow();
        assertThat(adopted.state().kind().word()).isEqualTo(recordAfter);
        assertThat(adopted.createdAt()).isEqualTo(Sandboxes.NOW);
        assertThat(adopted.expiresAt()).contains(Sandboxes.NOW.plus(Sandboxes.TIMEOUT));
        assertThat(app.isInRuntime(id)).isEqualTo(!adopted.state().ended());
        assertThat(app.queue.submissions()).isEmpty();
    }

    @Test
    void aContainerWithoutARecordThatWasNotStartedYetIsProvisioned() {
        SandboxId id = app.inRuntime(aSandbox(), new Observation.Created());

        app.reconciling().sweep();

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.PENDING);
        assertThat(app.queue.submissions()).containsExactly(new Submission(id, null));
    }

    @Test
    void aContainerOfAnotherServerIsLeftAlone() {
        Sandbox sandbox = aSandbox();
        app.runtime.ofInstance("other").launch(sandbox);

        app.reconciling().sweep();

        assertThat(app.repository.find(sandbox.id())).isEmpty();
        assertThat(app.runtime.ofInstance("other").observe(sandbox.id())).isEqualTo(new Observation.Running());
    }

    @ParameterizedTest
    @CsvSource({"Running, Failed", "Stopping, Terminated", "Terminated, Terminated"})
    void aVolumeThatIsLeftOfASandboxIsRemoved(String record, String recordAfter) {
        Sandbox sandbox = RECORDS.get(record).get();
        leaveVolumeOf(sandbox);
        app.recorded(sandbox);

        app.reconciling().sweep();

        assertThat(app.stateOf(sandbox.id()).kind().word()).isEqualTo(recordAfter);
        assertThat(app.runtime.hasVolume("claim")).isFalse();
    }

    @Test
    void aVolumeThatIsLeftOfASandboxWithoutARecordIsRemoved() {
        leaveVolumeOf(aSandbox());

        app.reconciling().sweep();

        assertThat(app.runtime.hasVolume("claim")).isFalse();
        assertThat(app.repository.listLive()).isEmpty();
    }

    @Test
    void anEndIsToldWithItsReason() {
        SandboxId id = app.recorded(aRunningSandbox(), observation("Exited 3"));
        app.clock.advance(Duration.ofSeconds(5));

        app.reconciling().reconcile(id);

        assertThat(app.stateOf(id).reason()).isEqualTo(StatusReason.EXITED);
        assertThat(app.stateOf(id).exitCode()).isEqualTo(3);
        assertThat(app.stateOf(id).message()).endsWith("Last output: bye");
        assertThat(app.stateOf(id).since()).isEqualTo(Sandboxes.NOW.plusSeconds(5));
        assertThat(app.isInRuntime(id)).isFalse();
    }

    @Test
    void aSandboxThatSomebodyElseRemovedFails() {
        SandboxId id = app.recorded(aRunningSandbox(), observation("Running"));
        app.runtime.vanish(id);

        app.reconciling().reconcile(id);

        assertThat(app.stateOf(id).reason()).isEqualTo(StatusReason.RUNTIME_ERROR);
    }

    @Test
    void anEventOfASandboxWithoutARecordIsLeftToTheSweep() {
        SandboxId id = app.inRuntime(aSandbox(), observation("Running"));

        app.reconciling().reconcile(id);

        assertThat(app.repository.find(id)).isEmpty();
        assertThat(app.isInRuntime(id)).isTrue();
    }

    @Test
    void oneSandboxThatCannotBeReconciledDoesNotKeepTheOthersFromIt() {
        SandboxId first = app.recorded(aStoppingSandbox());
        SandboxId second = app.recorded(aStoppingSandbox());
        app.runtime.removals().fail(new IllegalStateException("busy"));
        SandboxId third = app.recorded(aRunningSandbox(), observation("Paused"));

        app.reconciling().sweep();

        assertThat(app.runtime.removals().count()).isEqualTo(2);
        assertThat(app.stateOf(third).kind()).isEqualTo(Kind.PAUSED);

        app.runtime.removals().fail(null);
        app.reconciling().sweep();

        assertThat(app.stateOf(first).kind()).isEqualTo(Kind.TERMINATED);
        assertThat(app.stateOf(second).kind()).isEqualTo(Kind.TERMINATED);
    }

    @Test
    void nothingIsConcludedFromAnOutage() {
        SandboxId running = app.recorded(aRunningSandbox(), observation("Running"));
        SandboxId stopping = app.recorded(aStoppingSandbox(), observation("Running"));
        app.runtime.goAway();

        assertThatThrownBy(() -> app.reconciling().sweep()).isInstanceOf(RuntimeUnavailable.class);
        assertThatThrownBy(() -> app.reconciling().recover()).isInstanceOf(RuntimeUnavailable.class);
        assertThatThrownBy(() -> app.reconciling().reconcile(running)).isInstanceOf(RuntimeUnavailable.class);

        assertThat(app.stateOf(running).kind()).isEqualTo(Kind.RUNNING);
        assertThat(app.stateOf(stopping).kind()).isEqualTo(Kind.STOPPING);
    }

    @Test
    void anOutageInTheMiddleEndsTheSweep() {
        app.recorded(aStoppingSandbox());
        app.recorded(aStoppingSandbox());
        app.runtime.removals().fail(new RuntimeUnavailable("gone", null));

        assertThatThrownBy(() -> app.reconciling().sweep()).isInstanceOf(RuntimeUnavailable.class);

        assertThat(app.runtime.removals().count()).isEqualTo(1);
    }

    /** As on a node that is away: whoever runs it does not say that it ended. */
    @Test
    void aSandboxWhoseRemovalIsNotConfirmedKeepsNobodyElseWaiting() {
        SandboxId stuck = app.recorded(aStoppingSandbox(), observation("Running"));
        SandboxId leftOver = app.recorded(Sandboxes.aTerminatedSandbox(), observation("Running"));
        SandboxId paused = app.recorded(aRunningSandbox(), observation("Paused"));
        app.runtime.removals().fail(new RemovalUnconfirmed("its node is silent", null));

        Reconciliation swept = app.reconciling().sweep();
        Reconciliation recovered = app.reconciling().recover();

        assertThat(app.stateOf(paused).kind()).isEqualTo(Kind.PAUSED);
        assertThat(app.stateOf(stuck).kind()).isEqualTo(Kind.STOPPING);
        for (Reconciliation each : List.of(swept, recovered)) {
            assertThat(each.findings())
                    .filteredOn(finding -> finding.outcome() == Finding.Outcome.FAILED)
                    .extracting(Finding::sandbox)
                    .containsOnly(stuck, leftOver);
        }

        app.runtime.removals().fail(null);
        app.reconciling().sweep();

        assertThat(app.stateOf(stuck).kind()).isEqualTo(Kind.TERMINATED);
        assertThat(app.isInRuntime(leftOver)).isFalse();
    }

    /** Another process may listen in the guard's place, for as long as it likes. */
    @Test
    void aSandboxWhoseGuardDoesNotSayItsPolicyIsTakenOverLaterWithTheOneInForce() {
        NetworkPolicy closed = new NetworkPolicy(Action.DENY, List.of());
        List<SandboxId> unknown = List.of(
                app.inRuntime(aSandbox(), observation("Running")), app.inRuntime(aSandbox(), observation("Running")));
        unknown.forEach(id -> app.runtime.enforce(
                Sandbox.request(id, aSpec().build(), null, Sandboxes.NOW).changeNetworkPolicy(closed)));
        int before = app.runtime.guardCalls().count();
        app.runtime.guardCalls().fail(new GuardUnavailable("somebody else answers", null));

        app.reconciling().recover();

        assertThat(app.runtime.guardCalls().count()).isEqualTo(before + 2);
        assertThat(app.repository.listLive()).isEmpty();

        app.runtime.guardCalls().fail(null);
        app.reconciling().sweep();

        assertThat(app.repository.listLive()).hasSize(2).allSatisfy(sandbox -> {
            assertThat(sandbox.networkPolicy()).isEqualTo(closed);
            assertThat(sandbox.policyRevision()).isEqualTo(1);
        });
    }

    @Test
    void aGuardThatDoesNotTakeItsPolicyKeepsNobodyElseWaiting() {
        Sandbox changed = aRunningSandbox().changeNetworkPolicy(new NetworkPolicy(Action.DENY, List.of()));
        app.recorded(changed, observation("Running"));
        app.recorded(aRunningSandbox().changeNetworkPolicy(NetworkPolicy.allowAll()), observation("Running"));
        int before = app.runtime.guardCalls().count();
        app.runtime.guardCalls().fail(new GuardUnavailable("silent", null));

        app.reconciling().sweep();

        assertThat(app.runtime.guardCalls().count()).isEqualTo(before + 2);
    }

    private void leaveVolumeOf(Sandbox sandbox) {
        Sandbox withVolume = Sandbox.request(
                sandbox.id(), aSpec().namedVolume("claim", true, true).build(), null, Sandboxes.NOW);
        app.runtime.launch(withVolume);
        app.runtime.vanish(sandbox.id());
    }

    static Observation observation(String words) {
        return switch (words) {
            case "Created" -> new Observation.Created();
            case "Running" -> new Observation.Running();
            case "Paused" -> new Observation.Paused();
            default -> {
                int code = Integer.parseInt(words.substring("Exited ".length()));
                yield new Observation.Exited(new Exit(code, Exit.Cause.PROCESS_ENDED, "bye"));
            }
        };
    }

    /** Its request holds the credentials and is about to queue it; without them it would fail. */
    @Test
    void aSandboxWithCredentialsThatWasJustAcceptedIsLeftToItsRequest() {
        SandboxId id = app.recorded(aSandbox(aSpec().imageAuthenticated()));

        app.reconciling().sweep();

        assertThat(app.queue.submissions()).isEmpty();
        app.clock.advance(Duration.ofSeconds(6));
        app.reconciling().sweep();
        assertThat(app.queue.submissions()).containsExactly(new Submission(id, null));
    }
}
