package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a sandbox ends by itself, with pauses and renewals in between. */
class DeadlineTest {

    private static final Instant START = Instant.parse("2030-01-01T12:00:00Z");
    private static final Instant DEADLINE = START.plus(SandboxFixture.TIMEOUT);

    private final Sandbox running = SandboxFixture.aSandbox(START).started(START);

    private Sandbox pausedFor(Duration time, PausedTime counting) {
        return running.beginPause(counting, START.plusSeconds(10))
                .paused(START.plusSeconds(11))
                .beginResume(START.plusSeconds(10).plus(time).minusSeconds(1))
                .resumed(START.plusSeconds(10).plus(time));
    }

    @Test
    void timeWhilePausedCounts() {
        Sandbox paused = running.beginPause(PausedTime.COUNTS, START).paused(START);

        assertThat(paused.isDue(DEADLINE)).isTrue();
        assertThat(pausedFor(Duration.ofMinutes(5), PausedTime.COUNTS).expiresAt())
                .contains(DEADLINE);
    }

    @Test
    void timeThatDoesNotCountPutsTheDeadlineOffByAsMuch() {
        Sandbox resumed = pausedFor(Duration.ofDays(5), PausedTime.DOES_NOT_COUNT);

        assertThat(resumed.deadline()).contains(Deadline.at(DEADLINE.plus(Duration.ofDays(5))));
        assertThat(resumed.isDue(DEADLINE.plus(Duration.ofDays(5)).minusNanos(1)))
                .isFalse();
        assertThat(resumed.isDue(DEADLINE.plus(Duration.ofDays(5)))).isTrue();
    }

    @Test
    void whileTimeDoesNotCountNothingIsDue() {
        Sandbox pausing = running.beginPause(PausedTime.DOES_NOT_COUNT, START);
        Sandbox paused = pausing.paused(START.plusSeconds(1));
        Sandbox resuming = paused.beginResume(START.plusSeconds(2));

        assertThat(pausing.isDue(Instant.MAX)).isFalse();
        assertThat(paused.isDue(Instant.MAX)).isFalse();
        assertThat(resuming.isDue(Instant.MAX)).isFalse();
        assertThat(paused.expiresAt()).contains(DEADLINE);
    }

    @Test
    void timeCountsAgainWhenSomebodyElseThawedIt() {
        Sandbox paused = running.beginPause(PausedTime.DOES_NOT_COUNT, START).paused(START);

        Sandbox thawed = paused.observed(new Observation.Running(), START.plusSeconds(60));

        assertThat(thawed.deadline()).contains(Deadline.at(DEADLINE.plusSeconds(60)));
    }

    @Test
    void eachPausePutsItOffOnce() {
        Sandbox twice = pausedFor(Duration.ofMinutes(1), PausedTime.DOES_NOT_COUNT)
                .beginPause(PausedTime.DOES_NOT_COUNT, START.plusSeconds(100))
                .beginPause(PausedTime.DOES_NOT_COUNT, START.plusSeconds(110))
                .paused(START.plusSeconds(120))
                .beginResume(START.plusSeconds(130))
                .resumed(START.plusSeconds(140))
                .resumed(START.plusSeconds(150));

        assertThat(twice.expiresAt()).contains(DEADLINE.plusSeconds(60 + 40));
    }

    @Test
    void aSandboxWithoutADeadlineIsPausedAndResumedWithout() {
        Sandbox endless = Sandbox.request(SandboxFixture.ID, SandboxFixture.aSpec(), null, START)
                .started(START);

        Sandbox resumed = endless.beginPause(PausedTime.DOES_NOT_COUNT, START)
                .paused(START)
                .beginResume(START)
                .resumed(START);

        assertThat(resumed.deadline()).isEmpty();
    }

    @Test
    void aRenewalMovesItBothWays() {
        assertThat(running.renew(DEADLINE.plusSeconds(5), START).expiresAt()).contains(DEADLINE.plusSeconds(5));
        assertThat(running.renew(START.plusSeconds(5), START).isDue(START.plusSeconds(5)))
                .isTrue();
    }

    @Test
    void aRenewalToTheSameMomentIsNothingToStore() {
        assertThat(running.renew(DEADLINE, START)).isSameAs(running);
    }

    @Test
    void aRenewalWhileTimeDoesNotCountIsPutOffOnlyByTheTimeAfterIt() {
        Sandbox paused = running.beginPause(PausedTime.DOES_NOT_COUNT, START).paused(START);
        Sandbox renewed = paused.renew(DEADLINE.plusSeconds(100), START.plusSeconds(60));

        assertThat(renewed.isDue(Instant.MAX)).isFalse();
        assertThat(renewed.beginResume(START.plusSeconds(70))
                        .resumed(START.plusSeconds(75))
                        .expiresAt())
                .contains(DEADLINE.plusSeconds(100 + 15));
    }

    @ParameterizedTest
    @EnumSource(
            value = SandboxState.Kind.class,
            names = {"PENDING", "RUNNING", "PAUSING", "PAUSED", "RESUMING"})
    void withoutADeadlineThereIsNothingToRenew(SandboxState.Kind state) {
        Sandbox before = SandboxTest.in(state);
        Sandbox endless = Sandbox.restore(
                before.id(), before.spec(), before.state(), before.createdAt(), null, null, 0, before.version());

        assertThatThrownBy(() -> endless.renew(DEADLINE, START))
                .isInstanceOf(SandboxException.NoDeadline.class)
                .hasMessageContaining(before.id().value());
    }
}
