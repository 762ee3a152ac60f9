package dev.sandkeep.application.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.domain.admission.Quota;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PurgeSandboxesTest {

    private static final Duration RETENTION = Duration.ofDays(7);

    private final TestApplication app = new TestApplication();
    private final PurgeSandboxes purging = new PurgeSandboxes(app.repository, RETENTION, app.clock);

    @Test
    void whatEndedLongAgoIsForgottenAndNotBefore() {
        SandboxId ended = app.recorded(Sandboxes.aTerminatedSandbox());

        app.clock.advance(RETENTION);
        purging.purge();
        assertThat(app.repository.find(ended)).isPresent();

        app.clock.advance(Duration.ofMillis(1));
        purging.purge();
        assertThat(app.repository.find(ended)).isEmpty();
    }

    @Test
    void whatStillCountsForAQuotaOfCreatesIsKeptWhateverTheRetention() {
        PurgeSandboxes eager = new PurgeSandboxes(app.repository, Duration.ZERO, app.clock);
        SandboxId ended = app.recorded(Sandboxes.aTerminatedSandbox());

        app.clock.advance(Quota.WINDOW);
        eager.purge();
        assertThat(app.repository.find(ended)).isPresent();

        app.clock.advance(Duration.ofMillis(1));
        eager.purge();
        assertThat(app.repository.find(ended)).isEmpty();
    }

    @Test
    void whatHasNotEndedIsNeverForgotten() {
        SandboxId running = app.recorded(Sandboxes.aRunningSandbox());
        SandboxId stopping = app.recorded(Sandboxes.aStoppingSandbox());
        app.clock.advance(Duration.ofDays(10_000));

        purging.purge();

        assertThat(app.repository.find(running)).isPresent();
        assertThat(app.repository.find(stopping)).isPresent();
    }

    @Test
    void anIdempotencyKeyIsForgottenAfterADay() {
        Sandbox sandbox = Sandboxes.aSandbox();
        app.repository.add(sandbox, new IdempotentRequest("owner", "key", "print", sandbox.id(), Sandboxes.NOW));

        app.clock.advance(IdempotentRequest.KEPT);
        purging.purge();
        assertThat(app.repository.findRequest("owner", "key", Sandboxes.NOW.minusSeconds(1)))
                .isPresent();

        app.clock.advance(Duration.ofMillis(1));
        purging.purge();
        assertThat(app.repository.findRequest("owner", "key", Sandboxes.NOW.minusSeconds(1)))
                .isEmpty();
    }
}
