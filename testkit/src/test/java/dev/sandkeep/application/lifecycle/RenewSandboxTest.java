package dev.sandkeep.application.lifecycle;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.TIMEOUT;
import static dev.sandkeep.testkit.fixture.Sandboxes.aPausedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aTerminatedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.IllegalTransition;
import dev.sandkeep.domain.sandbox.SandboxException.NoDeadline;
import dev.sandkeep.domain.sandbox.SandboxException.NotFound;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.StopCause;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RenewSandboxTest {

    private static final Duration MOST = TestApplication.LIFETIME.most();

    private final TestApplication app = new TestApplication();

    static Stream<Sandbox> alive() {
        return Stream.of(aSandbox(), aRunningSandbox(), aPausedSandbox());
    }

    @ParameterizedTest
    @MethodSource("alive")
    void theNewDeadlineIsTheOneThatCounts(Sandbox sandbox) {
        SandboxId id = app.recorded(sandbox, new Observation.Running());
        Instant later = NOW.plus(TIMEOUT).plusSeconds(30);

        assertThat(app.renewing().renew(id, later).expiresAt()).contains(later);

        app.clock.set(later.minusNanos(1000));
        assertThat(app.expiring().decide()).isEmpty();
        app.clock.set(later);
        assertThat(app.expiring().decide()).containsExactly(id);
    }

    @Test
    void itMayBeNearerThanItWas() {
        SandboxId id = app.recorded(aRunningSandbox());

        app.renewing().renew(id, NOW.plusSeconds(1));

        app.clock.set(NOW.plusSeconds(1));
        assertThat(app.expiring().decide()).containsExactly(id);
    }

    @Test
    void itMustBeInTheFutureAndNotTooFarAway() {
        SandboxId id = app.recorded(aRunningSandbox());
        app.clock.advance(Duration.ofSeconds(5));
        Instant now = app.clock.instant();

        for (Instant refused :
                new Instant[] {now, now.minusSeconds(1), now.plus(MOST).plusNanos(1000), Instant.MAX}) {
            assertThatThrownBy(() -> app.renewing().renew(id, refused))
                    .isInstanceOf(InvalidValue.class)
                    .hasMessageStartingWith("expiresAt: must be in the future, and at most 86400 seconds from now");
        }
        assertThat(app.renewing().renew(id, now.plus(MOST)).expiresAt()).contains(now.plus(MOST));
    }

    @Test
    void aSandboxWithoutADeadlineHasNoneToRenew() {
        SandboxId id = app.recorded(
                Sandbox.request(anId(), Specs.aSpec().build(), null, NOW).started(NOW));

        assertThatThrownBy(() -> app.renewing().renew(id, NOW.plusSeconds(60))).isInstanceOf(NoDeadline.class);
    }

    @Test
    void whatHasEndedOrIsEndingIsNotRenewed() {
        SandboxId failed = app.recorded(Sandboxes.aFailedSandbox());
        SandboxId expiring = app.recorded(aRunningSandbox().beginStop(StopCause.TTL_EXPIRY, NOW));
        SandboxId deleted = app.recorded(aTerminatedSandbox());
        Instant later = NOW.plusSeconds(60);

        assertThatThrownBy(() -> app.renewing().renew(failed, later))
                .isInstanceOf(IllegalTransition.class)
                .hasMessageEndingWith("it is Failed");
        assertThatThrownBy(() -> app.renewing().renew(expiring, later)).isInstanceOf(IllegalTransition.class);
        assertThatThrownBy(() -> app.renewing().renew(deleted, later)).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> app.renewing().renew(anId(), later)).isInstanceOf(NotFound.class);
    }

    /** The look for the due and the decision are two steps; a renewal may come between them. */
    @Test
    void aRenewalThatComesBeforeTheDecisionSavesTheSandbox() {
        SandboxId id = app.recorded(aRunningSandbox(), new Observation.Running());
        app.clock.advance(TIMEOUT);
        assertThat(app.repository.listDue(app.clock.instant(), 10)).containsExactly(id);

        app.renewing().renew(id, app.clock.instant().plusSeconds(60));

        assertThat(app.expiring().decide()).isEmpty();
        assertThat(app.isInRuntime(id)).isTrue();
    }
}
