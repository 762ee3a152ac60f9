package dev.sandkeep.application.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.testkit.fake.InMemoryLeases;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TenureTest {

    private static final Duration TEN = Duration.ofSeconds(10);

    private final SettableClock clock = new SettableClock(Sandboxes.NOW);
    private final InMemoryLeases leases = new InMemoryLeases(clock);
    private final Tenure one = tenure("one");
    private final Tenure two = tenure("two");
    private final List<String> told = new ArrayList<>();

    TenureTest() {
        one.listen(new Tenure.Listener() {
            @Override
            public void gained() {
                told.add("gained");
            }

            @Override
            public void lost() {
                told.add("lost");
            }
        });
    }

    private Tenure tenure(String server) {
        return Tenure.of(
                leases,
                "duties",
                server,
                TEN,
                () -> Duration.between(Sandboxes.NOW, clock.instant()).toNanos());
    }

    private void pass(int seconds) {
        clock.advance(Duration.ofSeconds(seconds));
    }

    @Test
    void ofTwoServersOneHasTheLease() {
        assertThat(one.isHeld()).isFalse();

        one.tick();
        two.tick();

        assertThat(one.isHeld()).isTrue();
        assertThat(one.term()).isEqualTo(1);
        assertThat(two.isHeld()).isFalse();
        assertThat(two.isHeldElsewhere()).isTrue();
        assertThat(one.isHeldElsewhere()).isFalse();
        assertThat(told).containsExactly("gained");
    }

    @Test
    void aServerThatTicksKeepsTheLeaseInOneTerm() {
        for (int i = 0; i < 10; i++) {
            one.tick();
            pass(7);
        }
        two.tick();

        assertThat(one.isHeld()).isTrue();
        assertThat(one.term()).isEqualTo(1);
        assertThat(two.isHeld()).isFalse();
    }

    /** For as long as the margin, nobody has it. */
    @Test
    void aServerThatDoesNotTickLosesItBeforeAnotherOneCanHaveIt() {
        one.tick();
        pass(7);
        assertThat(one.isHeld()).isTrue();

        pass(1);

        assertThat(one.isHeld()).isFalse();
        two.tick();
        assertThat(two.isHeld()).isFalse();
        pass(2);
        two.tick();
        assertThat(two.isHeld()).isTrue();
        one.tick();
        assertThat(one.isHeld()).isFalse();
        assertThat(told).containsExactly("gained", "lost");
    }

    @Test
    void whoStandsStillIsToldOfTheEndAsSoonAsItGoesOn() {
        one.tick();
        pass(8);

        one.lapse();
        one.lapse();

        assertThat(told).containsExactly("gained", "lost");
    }

    /** What was true in the first term may have changed since. */
    @Test
    void aLeaseThatLapsedAndWasGotAgainIsAnotherTerm() {
        one.tick();
        pass(9);

        one.tick();

        assertThat(one.term()).isEqualTo(2);
        assertThat(told).containsExactly("gained", "lost", "gained");
    }

    @Test
    void aLeaseThatCannotBeRenewedForAWhileStays() {
        one.tick();
        leases.goAway();
        pass(5);
        one.tick();
        assertThat(one.isHeld()).isTrue();
        leases.comeBack();
        one.tick();

        pass(7);

        assertThat(one.term()).isEqualTo(1);
        assertThat(told).containsExactly("gained");
    }

    @Test
    void aLeaseThatCannotBeRenewedForLongEnds() {
        one.tick();
        leases.goAway();
        pass(8);

        one.tick();

        assertThat(one.isHeld()).isFalse();
        assertThat(told).containsExactly("gained", "lost");
    }

    @Test
    void whoClosesGivesItBackForGood() {
        one.tick();

        one.close();
        one.close();
        one.tick();

        assertThat(one.isHeld()).isFalse();
        two.tick();
        assertThat(two.isHeld()).isTrue();
        assertThat(told).containsExactly("gained");
    }

    @Test
    void theOnlyServerHasItUntilItCloses() {
        Tenure only = Tenure.ofOnlyServer();
        only.tick();
        assertThat(only.isHeld()).isTrue();
        assertThat(only.term()).isEqualTo(1);
        assertThat(only.isHeldElsewhere()).isFalse();

        only.close();

        assertThat(only.isHeld()).isFalse();
    }
}
