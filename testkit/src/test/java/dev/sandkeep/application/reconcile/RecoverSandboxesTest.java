package dev.sandkeep.application.reconcile;

import static dev.sandkeep.testkit.fixture.Sandboxes.aPausedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aStoppingSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.testkit.fixture.Sandboxes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After a time in which nobody watched: what a stopping engine ended is started again, what ended by itself is not. */
class RecoverSandboxesTest {

    private final TestApplication app = new TestApplication();

    @ParameterizedTest
    @ValueSource(ints = {137, 143, 255})
    void aSandboxThatTheEngineTookWithItIsStartedAgain(int code) {
        SandboxId id = app.recorded(aRunningSandbox(), exited(code));

        app.reconciling().recover();

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RUNNING);
        assertThat(app.runtime.observe(id)).isEqualTo(new Observation.Running());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 130})
    void aSandboxThatEndedByItselfIsNot(int code) {
        SandboxId id = app.recorded(aRunningSandbox(), exited(code));

        app.reconciling().recover();

        assertThat(app.stateOf(id).ended()).isTrue();
        assertThat(app.stateOf(id).exitCode()).isEqualTo(code);
        assertThat(app.isInRuntime(id)).isFalse();
    }

    @Test
    void neitherIsOneThatRanOutOfMemory() {
        SandboxId id =
                app.recorded(aRunningSandbox(), new Observation.Exited(new Exit(137, Exit.Cause.OUT_OF_MEMORY, null)));

        app.reconciling().recover();

        assertThat(app.stateOf(id).reason()).isEqualTo(StatusReason.OUT_OF_MEMORY);
    }

    /** Memory is lost with the process, so there is nothing left that could stay frozen. */
    @Test
    void aPausedSandboxRunsAgain() {
        SandboxId id = app.recorded(aPausedSandbox(), exited(137));

        app.reconciling().recover();

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RUNNING);
    }

    @Test
    void aSandboxWhoseEndIsDecidedIsNotStartedAgain() {
        SandboxId id = app.recorded(aStoppingSandbox(), exited(137));

        app.reconciling().recover();

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.TERMINATED);
        assertThat(app.isInRuntime(id)).isFalse();
    }

    @Test
    void aSandboxWithoutARecordIsTakenOverAndStartedAgain() {
        SandboxId id = app.inRuntime(aSandbox(), exited(137));

        app.reconciling().recover();

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RUNNING);
        assertThat(app.runtime.observe(id)).isEqualTo(new Observation.Running());
    }

    @Test
    void aSandboxThatEndsAtOnceWhenItIsStartedAgainHasEnded() {
        SandboxId id =
                app.recorded(aSandbox(aSpec().entrypoint("sh", "-c", "exit 4")).started(Sandboxes.NOW), exited(137));

        app.reconciling().recover();

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.FAILED);
        assertThat(app.stateOf(id).exitCode()).isEqualTo(4);
        assertThat(app.isInRuntime(id)).isFalse();
    }

    @Test
    void oneThatCannotBeStartedAgainHasEndedAsItWasFoundAndLeavesNothing() {
        SandboxId id = app.recorded(aRunningSandbox(), exited(137));
        app.runtime.launches().fail(new LaunchFailed(StatusReason.RUNTIME_ERROR, "Its volume is gone", null));

        app.reconciling().recover();

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.FAILED);
        assertThat(app.stateOf(id).exitCode()).isEqualTo(137);
        assertThat(app.isInRuntime(id)).isFalse();
    }

    private static Observation exited(int code) {
        return new Observation.Exited(new Exit(code, Exit.Cause.PROCESS_ENDED, null));
    }
}
