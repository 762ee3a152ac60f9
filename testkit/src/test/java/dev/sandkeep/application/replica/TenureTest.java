package dev.sandkeep.application.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.testkit.fake.InMemoryLeases;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TenureTest {

    private static final Duration TEN = Duration.ofSeconds(10);

    private final SettableClock clock = new SettableClock(Sandboxes.NOW);
    private final InMemoryLeases leases = new InMemoryLeases(clock);
    private final Tenure one = tenure("one");
    private final Tenure two = tenure("two");
    private final Tenure transferableOne = transferable("one");
    private final Tenure transferableTwo = transferable("two");
    private final List<String> told = new ArrayList<>();

    TenureTest() {
        Tenure.Listener listener = new Tenure.Listener() {
            @Override
            public void gained() {
                told.add("gained");
            }

            @Override
            public void lost() {
                told.add("lost");
            }
        };
        one.listen(listener);
        transferableOne.listen(listener);
    }

    private Tenure transferable(String server) {
        return Tenure.transferable(
                leases,
                "duties",
                server,
                TEN,
                () -> Duration.between(Sandboxes.NOW, clock.instant()).toNanos());
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
    void whoIsAskedForItHandsItOverWhenItsLastEffectIsOver() throws Exception {
        transferableOne.tick();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> asking = threads.submit(() -> transferableTwo.during(TEN, transferableTwo::isHeld));
            await().until(() -> !leases.listHeld("duties/wish/").isEmpty());

            transferableOne.tick();

            assertThat(transferableOne.isHeld()).isFalse();
            assertThat(transferableOne.isHeldElsewhere()).isTrue();
            assertThat(told).containsExactly("gained", "lost");
            // For as long as the margin, nobody has it.
            assertThat(leases.tryAcquire("duties", "three", TEN)).isEmpty();
            pass(2);
            transferableOne.tick();
            assertThat(asking.get()).isTrue();
        }
        assertThat(transferableTwo.isHeld()).isTrue();
        transferableOne.tick();
        assertThat(transferableOne.isHeld()).isFalse();
        assertThat(leases.listHeld("duties/wish/")).isEmpty();
    }

    @Test
    void whatIsDoneOnRequestIsNotCutShortForAnotherRequest() throws Exception {
        transferableOne.tick();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> asking = transferableOne.during(TEN, () -> {
                Future<Boolean> other = threads.submit(() -> transferableTwo.during(TEN, transferableTwo::isHeld));
                await().until(() -> !leases.listHeld("duties/wish/").isEmpty());
                transferableOne.tick();
                assertThat(transferableOne.isHeld()).isTrue();
                return other;
            });
            transferableOne.tick();
            assertThat(transferableOne.isHeld()).isFalse();
            pass(2);
            transferableOne.tick();
            assertThat(asking.get()).isTrue();
        }
    }

    @Test
    void twoWhoAskAtATimeGetItOneAfterTheOther() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            leases.tryAcquire("duties/wish/two", "two", TEN);
            transferableOne.tick();
            assertThat(transferableOne.isHeld())
                    .as("what somebody else asked for")
                    .isFalse();

            Future<Boolean> first = threads.submit(() -> transferableOne.during(TEN, transferableOne::isHeld));

            assertThat(first.get()).isTrue();
        }
    }

    @Test
    void whoIsNotGivenItInTimeSaysSo() {
        // As a server of before, which knows of no wishes.
        one.tick();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> asking = threads.submit(() -> transferableTwo.during(TEN, transferableTwo::isHeld));
            await().until(() -> !leases.listHeld("duties/wish/").isEmpty());
            pass(6);
            one.tick();
            pass(5);

            assertThatThrownBy(asking::get).hasCauseInstanceOf(RuntimeUnavailable.class);
        }
        assertThat(one.isHeld()).isTrue();
        assertThat(leases.listHeld("duties/wish/")).isEmpty();
    }

    @Test
    void theOnlyServerDoesWhatItIsAskedForUntilItCloses() {
        Tenure only = Tenure.ofOnlyServer();

        assertThat(only.during(TEN, () -> "done")).isEqualTo("done");

        only.close();
        assertThatThrownBy(() -> only.during(TEN, () -> "done")).isInstanceOf(RuntimeUnavailable.class);
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
