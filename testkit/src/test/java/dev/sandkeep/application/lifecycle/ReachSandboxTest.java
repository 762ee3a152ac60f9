package dev.sandkeep.application.lifecycle;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.aFailedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aPausedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ReachSandboxTest {

    private static final int PORT = 8000;

    private final TestApplication app = new TestApplication();
    private final ReachSandbox reaching = new ReachSandbox(app.runtime, app.repository, app.clock);

    @Test
    void whoeverReachedItLatelyNeedsNoRuntimeToReachItAgain() {
        SandboxId id = app.recorded(aRunningSandbox(), new Observation.Running());
        InetSocketAddress first = reaching.reach(id, PORT);
        app.runtime.goAway();

        assertThat(reaching.reach(id, PORT)).isEqualTo(first);
        assertThatThrownBy(() -> reaching.reach(id, PORT + 1)).isInstanceOf(SandboxException.RuntimeUnavailable.class);
    }

    @Test
    void anAddressIsNotTakenForGrantedForLong() {
        SandboxId id = app.recorded(aRunningSandbox(), new Observation.Running());
        reaching.reach(id, PORT);
        app.runtime.goAway();
        app.clock.set(app.clock.instant().plus(ReachSandbox.TRUSTED));

        assertThatThrownBy(() -> reaching.reach(id, PORT)).isInstanceOf(SandboxException.RuntimeUnavailable.class);
    }

    /** The engine may have given the address to another sandbox meanwhile. */
    @Test
    void anAddressIsNotTrustedAcrossAChangeOfState() {
        SandboxId id = app.recorded(aRunningSandbox(), new Observation.Running());
        reaching.reach(id, PORT);
        app.runtime.listen(id, PORT, PORT + 1);

        app.repository.update(id, now -> now.observed(new Observation.Paused(), NOW.plusMillis(1)));
        app.repository.update(id, now -> now.observed(new Observation.Running(), NOW.plusMillis(2)));

        assertThat(reaching.reach(id, PORT).getPort()).isEqualTo(PORT + 1);
    }

    @Test
    void whatIsGoneThoughItsRecordSaysOtherwiseIsNotReachable() {
        SandboxId id = app.recorded(aRunningSandbox());

        assertThatThrownBy(() -> reaching.reach(id, PORT)).isInstanceOf(SandboxException.NotReachable.class);
    }

    @Test
    void onlyARunningSandboxIsReached() {
        SandboxId paused = app.recorded(aPausedSandbox(), new Observation.Paused());
        SandboxId ended = app.recorded(aFailedSandbox());

        assertThatThrownBy(() -> reaching.reach(paused, PORT)).isInstanceOf(SandboxException.NotReachable.class);
        assertThatThrownBy(() -> reaching.reach(ended, PORT)).isInstanceOf(SandboxException.Ended.class);
        assertThatThrownBy(() -> reaching.reach(anId(), PORT)).isInstanceOf(SandboxException.NotFound.class);
    }
}
