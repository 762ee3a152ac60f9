package dev.sandkeep.application.reconcile;

import static dev.sandkeep.testkit.fixture.Sandboxes.TIMEOUT;
import static dev.sandkeep.testkit.fixture.Sandboxes.aPausedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExpireSandboxesTest {

    private final TestApplication app = new TestApplication();

    static Stream<Sandbox> wanted() {
        return Stream.of(aSandbox(), aRunningSandbox(), aPausedSandbox());
    }

    @ParameterizedTest
    @MethodSource("wanted")
    void aSandboxEndsAtItsDeadlineAndNotBefore(Sandbox sandbox) {
        SandboxId id = app.recorded(sandbox, new Observation.Running());
        app.clock.advance(TIMEOUT.minusNanos(1000));
        assertThat(app.expiring().decide()).isEmpty();

        app.clock.advance(Duration.ofNanos(1000));
        assertThat(app.expiring().decide()).containsExactly(id);
        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.STOPPING);

        app.expiring().remove(id);
        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.TERMINATED);
        assertThat(app.stateOf(id).reason()).isEqualTo(StatusReason.TTL_EXPIRY);
        assertThat(app.isInRuntime(id)).isFalse();
        assertThat(app.repository.find(id).orElseThrow().deletedAt()).isEmpty();
    }

    @Test
    void withoutADeadlineItNeverEnds() {
        app.recorded(Sandbox.request(Sandboxes.anId(), Specs.aSpec().build(), null, Sandboxes.NOW));
        app.clock.advance(Duration.ofDays(10_000));

        assertThat(app.expiring().decide()).isEmpty();
    }

    @Test
    void anEndThatWasDecidedBeforeStands() {
        SandboxId id = app.recorded(Sandboxes.aStoppingSandbox());
        app.clock.advance(TIMEOUT);

        assertThat(app.expiring().decide()).isEmpty();
        assertThat(app.stateOf(id).reason()).isEqualTo(StatusReason.USER_DELETE);
    }

    @Test
    void duringAnOutageTheEndIsDecidedAndTheReconciliationCompletesIt() {
        SandboxId id = app.recorded(aRunningSandbox(), new Observation.Running());
        app.clock.advance(TIMEOUT);
        app.runtime.goAway();

        assertThat(app.expiring().decide()).containsExactly(id);
        assertThatThrownBy(() -> app.expiring().remove(id)).isInstanceOf(RuntimeUnavailable.class);
        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.STOPPING);

        app.runtime.comeBack();
        app.reconciling().sweep();

        assertThat(app.stateOf(id).reason()).isEqualTo(StatusReason.TTL_EXPIRY);
        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.TERMINATED);
        assertThat(app.isInRuntime(id)).isFalse();
    }

    @Test
    void aRemovalMayBeRepeated() {
        SandboxId id = app.recorded(aRunningSandbox(), new Observation.Running());
        app.clock.advance(TIMEOUT);
        app.expiring().decide();

        app.expiring().remove(id);
        app.expiring().remove(id);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.TERMINATED);
    }
}
