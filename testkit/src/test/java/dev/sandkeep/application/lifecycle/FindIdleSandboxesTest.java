package dev.sandkeep.application.lifecycle;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.application.audit.Actor;
import dev.sandkeep.application.lifecycle.FindIdleSandboxes.Idle;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.domain.sandbox.Idleness.Action;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxEvent;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fake.InMemorySandboxActivity;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FindIdleSandboxesTest {

    private static final Duration BLUR = Duration.ofSeconds(30);
    private static final Duration DUE = Duration.ofMinutes(10).plus(BLUR);

    private final TestApplication app = new TestApplication();
    private final InMemorySandboxActivity activity = new InMemorySandboxActivity(app.repository);
    private final Set<SandboxId> working = new HashSet<>();
    private final FindIdleSandboxes idle =
            new FindIdleSandboxes(app.repository, activity, working::contains, BLUR, app.clock);

    private static Sandbox aSandbox(String action) {
        return Sandboxes.aSandbox(
                Specs.aSpec().extension("idle.timeout.seconds", "600").extension("idle.action", action));
    }

    private SandboxId running(String action) {
        return app.recorded(aSandbox(action).started(NOW));
    }

    @Test
    void aSandboxIsIdleAfterItsTimeAndNotBefore() {
        SandboxId id = running("delete");
        app.clock.advance(DUE.minusMillis(1));
        assertThat(idle.candidates()).isEmpty();
        assertThat(idle.decide(id)).isEmpty();

        app.clock.advance(Duration.ofMillis(1));

        assertThat(idle.candidates()).containsExactly(id);
        assertThat(idle.decide(id)).contains(new Idle(id, Action.DELETE));
    }

    @Test
    void everyUseBeginsTheTimeAnew() {
        SandboxId id = running("pause");
        activity.note(id, NOW.plusSeconds(100));
        app.clock.advance(DUE.plusSeconds(99));
        assertThat(idle.candidates()).isEmpty();

        app.clock.advance(Duration.ofSeconds(1));

        assertThat(idle.decide(id)).contains(new Idle(id, Action.PAUSE));
    }

    @Test
    void workIsUse() {
        SandboxId id = running("pause");
        working.add(id);
        app.clock.advance(DUE);

        assertThat(idle.decide(id)).isEmpty();

        assertThat(activity.find(id)).contains(app.clock.instant());
        assertThat(idle.candidates()).isEmpty();
    }

    @Test
    void whatDoesNotRunIsNotIdle() {
        app.recorded(aSandbox("pause"));
        app.recorded(aSandbox("pause").started(NOW).observed(new Observation.Paused(), NOW));
        app.recorded(Sandboxes.aRunningSandbox());
        app.clock.advance(Duration.ofDays(1));

        assertThat(idle.candidates()).isEmpty();
    }

    @Test
    void theTimeBeginsWhenItRunsAgain() {
        SandboxId id = app.recorded(aSandbox("pause")
                .started(NOW)
                .observed(new Observation.Paused(), NOW)
                .beginResume(NOW.plusSeconds(5000))
                .resumed(NOW.plusSeconds(5000)));
        app.clock.advance(Duration.ofSeconds(5600));
        assertThat(idle.candidates()).isEmpty();

        app.clock.advance(BLUR);

        assertThat(idle.candidates()).containsExactly(id);
    }

    @Test
    void itsAuditTrailSaysWhy() {
        SandboxId id = running("delete");
        app.clock.advance(DUE);

        assertThat(idle.decide(id)).isPresent();

        JournalEntry last = app.repository.journal().listOf(id, 0, 10).getLast();
        assertThat(last.event().kind()).isEqualTo(SandboxEvent.Kind.EXECUTED);
        assertThat(last.event().message()).isEqualTo("Nobody used it for 600 s, so that it is told to delete");
        assertThat(last.actor()).isEqualTo(Actor.SYSTEM);
    }
}
