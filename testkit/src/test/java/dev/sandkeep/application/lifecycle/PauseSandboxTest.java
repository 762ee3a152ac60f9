package dev.sandkeep.application.lifecycle;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.TIMEOUT;
import static dev.sandkeep.testkit.fixture.Sandboxes.aPausedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aTerminatedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.PausedTime;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.IllegalTransition;
import dev.sandkeep.domain.sandbox.SandboxException.NotFound;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxException.Unsupported;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pause and resume, and what becomes of them when something comes between. */
class PauseSandboxTest {

    private final TestApplication app = new TestApplication();

    private void pause(SandboxId id) {
        app.pausing(PausedTime.COUNTS).pause(id);
    }

    private static CompletableFuture<Void> inBackground(Runnable call) {
        return CompletableFuture.runAsync(call, Thread::startVirtualThread);
    }

    private SandboxId running() {
        return app.recorded(aRunningSandbox(), new Observation.Running());
    }

    private SandboxId paused() {
        return app.recorded(aPausedSandbox(), new Observation.Paused());
    }

    @Test
    void aRunningSandboxIsPausedAndResumed() {
        SandboxId id = running();
        app.clock.advance(Duration.ofSeconds(5));

        pause(id);
        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.PAUSED);
        assertThat(app.stateOf(id).since()).isEqualTo(NOW.plusSeconds(5));
        assertThat(app.runtime.observe(id)).isEqualTo(new Observation.Paused());

        app.clock.advance(Duration.ofSeconds(5));
        app.resuming().resume(id);
        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RUNNING);
        assertThat(app.stateOf(id).since()).isEqualTo(NOW.plusSeconds(10));
        assertThat(app.runtime.observe(id)).isEqualTo(new Observation.Running());
    }

    @Test
    void theDecisionIsRecordedBeforeItsEffect() {
        SandboxId id = running();
        app.runtime.pauses().close();
        CompletableFuture<Void> pause = inBackground(() -> pause(id));
        await().untilAsserted(() -> assertThat(app.runtime.pauses().count()).isEqualTo(1));

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.PAUSING);
        assertThatThrownBy(() -> app.resuming().resume(id))
                .isInstanceOf(IllegalTransition.class)
                .hasMessageEndingWith("it is Pausing");
        app.runtime.pauses().open();
        pause.join();

        app.runtime.resumptions().close();
        CompletableFuture<Void> resume = inBackground(() -> app.resuming().resume(id));
        await().untilAsserted(
                        () -> assertThat(app.runtime.resumptions().count()).isEqualTo(1));

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RESUMING);
        app.runtime.resumptions().open();
        resume.join();
        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RUNNING);
    }

    @Test
    void whatIsSoAlreadyStaysAsItIs() {
        SandboxId running = running();
        SandboxId paused = paused();
        app.clock.advance(Duration.ofSeconds(5));

        app.resuming().resume(running);
        pause(paused);

        assertThat(app.stateOf(running).since()).isEqualTo(NOW);
        assertThat(app.stateOf(paused).since()).isEqualTo(NOW);
        assertThat(app.runtime.pauses().count() + app.runtime.resumptions().count())
                .isZero();
    }

    static Stream<Sandbox> notRunning() {
        return Stream.of(Sandboxes.aSandbox(), Sandboxes.aFailedSandbox(), Sandboxes.aStoppingSandbox());
    }

    @ParameterizedTest
    @MethodSource("notRunning")
    void itsStateMustAllowIt(Sandbox sandbox) {
        SandboxId id = app.recorded(sandbox);

        assertThatThrownBy(() -> pause(id))
                .isInstanceOf(IllegalTransition.class)
                .hasMessageEndingWith("it is " + sandbox.state().kind().word());
        assertThatThrownBy(() -> app.resuming().resume(id)).isInstanceOf(IllegalTransition.class);
        assertThat(app.repository.find(id).orElseThrow().version()).isZero();
    }

    @Test
    void aSandboxThatIsNotThereOrWasDeletedIsNotFound() {
        SandboxId deleted = app.recorded(aTerminatedSandbox());

        assertThatThrownBy(() -> pause(anId())).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> pause(deleted)).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> app.resuming().resume(deleted)).isInstanceOf(NotFound.class);
    }

    @Test
    void aRuntimeThatCannotPauseIsNotAskedTo() {
        SandboxId id = running();
        app.runtime.removeCapability(RuntimeCapability.PAUSE);

        assertThatThrownBy(() -> pause(id)).isInstanceOf(Unsupported.class);
        assertThatThrownBy(() -> app.resuming().resume(id)).isInstanceOf(Unsupported.class);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RUNNING);
    }

    @Test
    void whatAnOutageInterruptedIsCompletedAfterIt() {
        SandboxId toPause = running();
        SandboxId toResume = paused();
        app.runtime.pauses().fail(new RuntimeUnavailable("gone", null));
        app.runtime.resumptions().fail(new RuntimeUnavailable("gone", null));
        assertThatThrownBy(() -> pause(toPause)).isInstanceOf(RuntimeUnavailable.class);
        assertThatThrownBy(() -> app.resuming().resume(toResume)).isInstanceOf(RuntimeUnavailable.class);
        assertThat(app.stateOf(toPause).kind()).isEqualTo(Kind.PAUSING);
        assertThat(app.stateOf(toResume).kind()).isEqualTo(Kind.RESUMING);

        app.runtime.pauses().fail(null);
        app.runtime.resumptions().fail(null);
        app.reconciling().recover();

        assertThat(app.stateOf(toPause).kind()).isEqualTo(Kind.PAUSED);
        assertThat(app.runtime.observe(toPause)).isEqualTo(new Observation.Paused());
        assertThat(app.stateOf(toResume).kind()).isEqualTo(Kind.RUNNING);
        assertThat(app.runtime.observe(toResume)).isEqualTo(new Observation.Running());
    }

    @Test
    void aPauseThatWasInterruptedIsCompletedWhenItIsAskedForAgain() {
        SandboxId id = running();
        app.runtime.pauses().fail(new RuntimeUnavailable("gone", null));
        assertThatThrownBy(() -> pause(id)).isInstanceOf(RuntimeUnavailable.class);
        app.runtime.pauses().fail(null);

        pause(id);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.PAUSED);
    }

    @Test
    void aSandboxThatEndsMeanwhileIsLeftToTheReconciliation() {
        SandboxId id = running();
        app.runtime.exit(id, new Exit(3, Exit.Cause.PROCESS_ENDED, "bye"));

        pause(id);
        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.PAUSING);

        app.reconciling().reconcile(id);
        assertThat(app.stateOf(id).exitCode()).isEqualTo(3);
        assertThat(app.isInRuntime(id)).isFalse();
    }

    /** It may still be frozen by a call that is late; that must not survive the resume. */
    @Test
    void aPauseThatIsLateUndoesNoResume() {
        SandboxId id = running();
        Freezer freezer = app.freezer();
        app.repository.update(id, sandbox -> sandbox.beginPause(PausedTime.COUNTS, NOW));
        app.runtime.pauses().close();
        CompletableFuture<Void> late = inBackground(() -> freezer.carryOut(id));
        await().untilAsserted(() -> assertThat(app.runtime.pauses().count()).isEqualTo(1));
        app.repository.update(id, sandbox -> sandbox.observed(new Observation.Paused(), NOW));
        ResumeSandbox resuming = new ResumeSandbox(app.runtime, app.repository, freezer, app.clock);
        CompletableFuture<Void> resume = inBackground(() -> resuming.resume(id));
        await().untilAsserted(() -> assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RESUMING));

        app.runtime.pauses().open();
        CompletableFuture.allOf(late, resume).join();

        assertThat(app.runtime.observe(id)).isEqualTo(new Observation.Running());
        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RUNNING);
    }

    @Test
    void aPausedSandboxExpiresAtItsDeadline() {
        SandboxId id = running();
        pause(id);
        app.clock.advance(TIMEOUT);

        assertThat(app.expiring().decide()).containsExactly(id);
        app.expiring().remove(id);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.TERMINATED);
        assertThat(app.isInRuntime(id)).isFalse();
    }

    @Test
    void ifTimeWhilePausedDoesNotCountItExpiresThatMuchLater() {
        SandboxId id = running();
        app.pausing(PausedTime.DOES_NOT_COUNT).pause(id);
        app.clock.advance(TIMEOUT.multipliedBy(3));
        assertThat(app.expiring().decide()).isEmpty();

        app.resuming().resume(id);
        assertThat(app.repository.find(id).orElseThrow().expiresAt()).contains(NOW.plus(TIMEOUT.multipliedBy(4)));
        app.clock.advance(TIMEOUT.minusNanos(1000));
        assertThat(app.expiring().decide()).isEmpty();

        app.clock.advance(Duration.ofNanos(1000));
        assertThat(app.expiring().decide()).containsExactly(id);
    }

    @Test
    void aPausedSandboxIsDeleted() {
        SandboxId id = paused();

        app.deleting().delete(id);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.TERMINATED);
        assertThat(app.isInRuntime(id)).isFalse();
    }

    /** Its memory is lost, so it begins anew, and says so by being Running. */
    @Test
    void aPausedSandboxThatWasStoppedWithItsEngineRunsAgain() {
        SandboxId id = paused();
        app.clock.advance(Duration.ofSeconds(5));
        app.runtime.exit(id, new Exit(137, Exit.Cause.PROCESS_ENDED, null));

        app.reconciling().recover();

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RUNNING);
        assertThat(app.stateOf(id).since()).isEqualTo(NOW.plusSeconds(5));
        assertThat(app.runtime.observe(id)).isEqualTo(new Observation.Running());
    }
}
