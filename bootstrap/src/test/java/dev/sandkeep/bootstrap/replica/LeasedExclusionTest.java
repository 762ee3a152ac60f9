package dev.sandkeep.bootstrap.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.replica.Exclusion;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fake.InMemoryLeases;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeasedExclusionTest {

    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration GENEROUS = Duration.ofSeconds(60);

    private final InMemoryLeases leases = new InMemoryLeases(InstantSource.system());
    private final Exclusion one = new LeasedExclusion(leases, "one", LEASE, GENEROUS);
    private final Exclusion two = new LeasedExclusion(leases, "two", LEASE, GENEROUS);
    private final Exclusion impatient = new LeasedExclusion(leases, "three", LEASE, Duration.ofMillis(100));
    private final SandboxId id = Sandboxes.anId();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        goOn.countDown();
        threads.close();
    }

    private Future<?> inTheMiddle(Exclusion exclusion) throws InterruptedException {
        Future<?> action = threads.submit(() -> exclusion.during(id, () -> {
            begun.countDown();
            awaitQuietly(goOn);
        }));
        begun.await();
        return action;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Also when it takes longer than a lease. */
    @Test
    void whatAnotherServerDoesIsWaitedFor() throws InterruptedException {
        Future<?> first = inTheMiddle(one);
        Future<?> second = threads.submit(() -> two.during(id, () -> {}));
        await().during(LEASE.plusMillis(500)).atMost(GENEROUS).until(() -> !second.isDone());

        goOn.countDown();

        assertThat(first).succeedsWithin(GENEROUS);
        assertThat(second).succeedsWithin(GENEROUS);
    }

    @Test
    void twoThreadsOfOneServerExcludeEachOtherToo() throws InterruptedException {
        Future<?> first = inTheMiddle(one);
        Future<?> second = threads.submit(() -> one.during(id, () -> {}));
        await().during(Duration.ofMillis(300)).atMost(GENEROUS).until(() -> !second.isDone());

        goOn.countDown();

        assertThat(first).succeedsWithin(GENEROUS);
        assertThat(second).succeedsWithin(GENEROUS);
    }

    @Test
    void otherSandboxesAreNotWaitedFor() throws InterruptedException {
        Future<?> first = inTheMiddle(one);

        assertThat(threads.submit(() -> two.during(Sandboxes.anId(), () -> {}))).succeedsWithin(GENEROUS);

        assertThat(first.isDone()).isFalse();
    }

    @Test
    void whoWaitsForTooLongIsToldSoAndDoesNothing() throws InterruptedException {
        Future<?> first = inTheMiddle(one);

        assertThatThrownBy(() -> impatient.during(id, () -> {
                    throw new AssertionError("done all the same");
                }))
                .isInstanceOf(RuntimeUnavailable.class)
                .hasMessageContaining(id.value());

        assertThat(first.isDone()).isFalse();
    }

    @Test
    void aServerThatDiedIsWaitedForNoLongerThanItsLease() {
        assertThat(leases.tryAcquire("sandbox/" + id.value(), "dead", LEASE)).isPresent();

        assertThat(threads.submit(() -> two.during(id, () -> {}))).succeedsWithin(GENEROUS);
    }

    @Test
    void whatFailsIsOver() {
        assertThatThrownBy(() -> one.during(id, () -> {
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");

        impatient.during(id, () -> {});
    }
}
