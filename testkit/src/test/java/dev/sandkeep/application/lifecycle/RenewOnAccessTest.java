package dev.sandkeep.application.lifecycle;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.application.port.SandboxActivity;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.PausedTime;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.StopCause;
import dev.sandkeep.testkit.contract.Concurrently;
import dev.sandkeep.testkit.fake.InMemorySandboxActivity;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RenewOnAccessTest {

    private static final Duration COOLDOWN = Duration.ofMinutes(1);
    private static final Duration EXTENSION = Duration.ofMinutes(5);

    private final TestApplication app = new TestApplication();
    private final InMemorySandboxActivity activity = new InMemorySandboxActivity(app.repository);
    private final RenewOnAccess renewal =
            new RenewOnAccess(app.repository, activity, TestApplication.LIFETIME, COOLDOWN, app.clock);

    private SandboxId recorded(@Nullable Duration timeout, UnaryOperator<Sandbox> change) {
        Specs spec = Specs.aSpec().extension("access.renew.extend.seconds", Long.toString(EXTENSION.toSeconds()));
        return app.recorded(
                change.apply(Sandbox.request(anId(), spec.build(), timeout, NOW).started(NOW)));
    }

    private SandboxId running(Duration timeout) {
        return recorded(timeout, sandbox -> sandbox);
    }

    private Instant expiryOf(SandboxId id) {
        return app.repository.find(id).orElseThrow().expiresAt().orElseThrow();
    }

    private long versionOf(SandboxId id) {
        return app.repository.find(id).orElseThrow().version();
    }

    @Test
    void anAccessExtendsTheLifeFromNowOn() {
        SandboxId id = running(Duration.ofSeconds(60));
        app.clock.advance(Duration.ofSeconds(20));

        renewal.renew(id);

        assertThat(expiryOf(id)).isEqualTo(NOW.plusSeconds(20).plus(EXTENSION));
    }

    @Test
    void aUseIsWrittenDownAtMostOncePerCooldown() {
        SandboxId id = app.recorded(Sandboxes.aRunningSandbox());

        renewal.renew(id);
        app.clock.advance(Duration.ofSeconds(59));
        renewal.renew(id);
        assertThat(activity.find(id)).contains(NOW);
        app.clock.advance(Duration.ofSeconds(1));
        renewal.renew(id);

        assertThat(activity.find(id)).contains(NOW.plusSeconds(60));
    }

    @Test
    void itIsDueWhenItWouldLook() {
        SandboxId id = app.recorded(Sandboxes.aRunningSandbox());
        assertThat(renewal.isDue(id)).isTrue();

        renewal.renew(id);

        assertThat(renewal.isDue(id)).isFalse();
        app.clock.advance(COOLDOWN.minusMillis(1));
        assertThat(renewal.isDue(id)).isFalse();
        app.clock.advance(Duration.ofMillis(1));
        assertThat(renewal.isDue(id)).isTrue();
    }

    @Test
    void aUseThatCouldNotBeWrittenDownIsTriedAgainSoonAndNotAtOnce() {
        SandboxId id = app.recorded(Sandboxes.aRunningSandbox());
        SandboxActivity broken = new SandboxActivity() {
            @Override
            public void note(SandboxId used, Instant now) {
                throw new IllegalStateException("The database is away");
            }

            @Override
            public Optional<Instant> find(SandboxId used) {
                return Optional.empty();
            }
        };
        RenewOnAccess failing =
                new RenewOnAccess(app.repository, broken, TestApplication.LIFETIME, COOLDOWN, app.clock);

        assertThatIllegalStateException().isThrownBy(() -> failing.renew(id));

        assertThat(failing.isDue(id)).isFalse();
        assertThatCode(() -> failing.renew(id)).doesNotThrowAnyException();
        app.clock.advance(Duration.ofSeconds(1));
        assertThatIllegalStateException().isThrownBy(() -> failing.renew(id));
    }

    @Test
    void aDeadlineThatIsLaterAlreadyStays() {
        SandboxId id = running(Duration.ofHours(1));

        renewal.renew(id);

        assertThat(expiryOf(id)).isEqualTo(NOW.plus(Duration.ofHours(1)));
        assertThat(versionOf(id)).isZero();
    }

    @Test
    void itIsStoredAtMostOncePerCooldown() {
        SandboxId id = running(Duration.ofSeconds(60));
        for (int second = 0; second < 60; second++) {
            renewal.renew(id);
            app.clock.advance(Duration.ofSeconds(1));
        }
        assertThat(versionOf(id)).isEqualTo(1);

        renewal.renew(id);

        assertThat(versionOf(id)).isEqualTo(2);
        assertThat(expiryOf(id)).isEqualTo(NOW.plusSeconds(60).plus(EXTENSION));
    }

    @Test
    void ofManyAccessesAtOnceOneIsStored() {
        SandboxId id = running(Duration.ofSeconds(60));

        Concurrently.run(16, _ -> () -> {
            renewal.renew(id);
            return null;
        });

        assertThat(versionOf(id)).isEqualTo(1);
    }

    @Test
    void eachSandboxHasACooldownOfItsOwn() {
        SandboxId one = running(Duration.ofSeconds(60));
        SandboxId other = running(Duration.ofSeconds(60));

        renewal.renew(one);
        renewal.renew(other);

        assertThat(expiryOf(one)).isEqualTo(expiryOf(other)).isEqualTo(NOW.plus(EXTENSION));
    }

    @Test
    void itNeverGoesBeyondTheLongestTimeout() {
        LifetimePolicy brief = new LifetimePolicy(Duration.ofSeconds(100), true);
        SandboxId id = running(Duration.ofSeconds(60));

        new RenewOnAccess(app.repository, activity, brief, COOLDOWN, app.clock).renew(id);

        assertThat(expiryOf(id)).isEqualTo(NOW.plusSeconds(100));
    }

    static Stream<UnaryOperator<Sandbox>> notRunning() {
        return Stream.of(
                sandbox -> sandbox.beginPause(PausedTime.COUNTS, NOW),
                sandbox -> sandbox.beginPause(PausedTime.COUNTS, NOW).paused(NOW),
                sandbox -> sandbox.beginStop(StopCause.USER_DELETE, NOW),
                sandbox -> sandbox.observed(new Observation.Exited(new Exit(3, Exit.Cause.PROCESS_ENDED, null)), NOW));
    }

    @ParameterizedTest
    @MethodSource("notRunning")
    void nothingHappensToASandboxThatDoesNotRun(UnaryOperator<Sandbox> change) {
        SandboxId id = recorded(Duration.ofSeconds(60), change);

        renewal.renew(id);

        assertThat(expiryOf(id)).isEqualTo(NOW.plusSeconds(60));
    }

    @Test
    void nothingHappensToASandboxThatDoesNotAskForItOrHasNoDeadlineOrIsNotThere() {
        SandboxId plain = app.recorded(Sandbox.request(anId(), Specs.aSpec().build(), Duration.ofSeconds(60), NOW)
                .started(NOW));
        SandboxId endless = recorded(null, sandbox -> sandbox);

        renewal.renew(plain);
        renewal.renew(endless);

        assertThat(versionOf(plain)).isZero();
        assertThat(versionOf(endless)).isZero();
        assertThatCode(() -> renewal.renew(anId())).doesNotThrowAnyException();
    }

    /** What is forgotten is only what does not matter any more. */
    @Test
    void theMemoryOfAccessesDoesNotGrowForEver() {
        SandboxId id = running(Duration.ofSeconds(60));
        renewal.renew(id);
        for (int i = 0; i < 20_000; i++) {
            renewal.renew(anId());
        }
        renewal.renew(id);
        assertThat(versionOf(id)).as("still within its cooldown").isEqualTo(1);

        app.clock.advance(COOLDOWN);
        renewal.renew(anId());
        assertThat(renewal.remembered()).isEqualTo(1);
    }
}
