package dev.sandkeep.application.lifecycle;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.domain.sandbox.PausedTime;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import org.junit.jupiter.api.Test;

class WakeSandboxTest {

    private final TestApplication app = new TestApplication();
    private final WakeSandbox waking = new WakeSandbox(app.runtime, app.repository, app.freezer(), app.clock);

    private SandboxId paused(Specs spec) {
        Sandbox sandbox = Sandboxes.aSandbox(spec);
        app.runtime.launch(sandbox);
        SandboxId id = app.recorded(sandbox.started(NOW));
        app.pausing(PausedTime.COUNTS).pause(id);
        return id;
    }

    @Test
    void whatIsPausedWhileNobodyUsesItGoesOn() {
        SandboxId id = paused(Specs.aSpec().extension("idle.timeout.seconds", "600"));

        waking.wake(id);

        assertThat(app.stateOf(id)).isInstanceOf(SandboxState.Running.class);
    }

    @Test
    void whatDidNotAskForThatStaysAsItIs() {
        SandboxId paused = paused(Specs.aSpec());
        SandboxId deleted =
                paused(Specs.aSpec().extension("idle.timeout.seconds", "600").extension("idle.action", "delete"));

        waking.wake(paused);
        waking.wake(deleted);
        waking.wake(Sandboxes.anId());

        assertThat(app.stateOf(paused)).isInstanceOf(SandboxState.Paused.class);
        assertThat(app.stateOf(deleted)).isInstanceOf(SandboxState.Paused.class);
    }

    @Test
    void aRuntimeThatCannotPauseIsToldAtTheCreation() {
        app.runtime.removeCapability(RuntimeCapability.PAUSE);

        assertThatThrownBy(() -> app.creating()
                        .create(new CreateSandbox.Request(
                                Specs.aSpec()
                                        .extension("idle.timeout.seconds", "600")
                                        .build(),
                                Sandboxes.TIMEOUT,
                                null,
                                null)))
                .isInstanceOf(SandboxException.Unsupported.class)
                .hasMessageContaining("idle.action must be delete");
    }
}
