package dev.sandkeep.bootstrap.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.lifecycle.Freezer;
import dev.sandkeep.application.lifecycle.ProvisionSandbox;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.reconcile.ExpireSandboxes;
import dev.sandkeep.application.reconcile.Finding;
import dev.sandkeep.application.reconcile.PurgeSandboxes;
import dev.sandkeep.application.reconcile.ReconcileSandboxes;
import dev.sandkeep.application.reconcile.Reconciliation;
import dev.sandkeep.application.reconcile.TakeOverSandboxes;
import dev.sandkeep.application.replica.Tenure;
import dev.sandkeep.bootstrap.replica.FencedSandboxRuntime;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxState;
import dev.sandkeep.domain.sandbox.StopCause;
import dev.sandkeep.testkit.fake.DirectProvisioningQueue;
import dev.sandkeep.testkit.fake.InMemoryLeases;
import dev.sandkeep.testkit.fake.InMemoryPrivateImages;
import dev.sandkeep.testkit.fake.InMemoryProvisioningClaims;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two servers on the same records and the same engine, of which one does the housekeeping. */
class HousekeepingAmongServersTest {

    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration GENEROUS = Duration.ofSeconds(30);

    private final SettableClock clock = new SettableClock(Sandboxes.NOW);
    private final InMemoryLeases leases = new InMemoryLeases(clock);
    private final InMemorySandboxRuntime engine = new InMemorySandboxRuntime();
    private final InMemorySandboxRepository repository = new InMemorySandboxRepository(clock);
    private final Server one = new Server("one");
    private final Server two = new Server("two");

    private final class Server {
        private final Tenure duties;
        private final Housekeeping housekeeping;
        private final SandboxRuntime.Watch watch;

        Server(String name) {
            duties = Tenure.transferable(
                    leases,
                    "duties",
                    name,
                    LEASE,
                    () -> Duration.between(Sandboxes.NOW, clock.instant()).toNanos());
            SandboxRuntime runtime = new FencedSandboxRuntime(engine, duties);
            DirectProvisioningQueue queue = new DirectProvisioningQueue(
                    new ProvisionSandbox(engine, repository, new InMemoryPrivateImages(), clock));
            housekeeping = new Housekeeping(
                    new ExpireSandboxes(runtime, repository, clock),
                    new ReconcileSandboxes(runtime, repository, queue, new Freezer(engine, repository, clock), clock),
                    new PurgeSandboxes(repository, NEVER, clock),
                    new TakeOverSandboxes(new InMemoryProvisioningClaims(repository, leases, name), queue, clock),
                    duties,
                    new Housekeeping.Intervals(OFTEN, NEVER, NEVER, NEVER));
            housekeeping.start();
            watch = engine.watch(housekeeping);
        }

        void close() {
            watch.close();
            housekeeping.close();
        }
    }

    @BeforeEach
    void pull() {
        engine.addImage(Specs.IMAGE);
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    private Sandbox running() {
        Sandbox sandbox = Sandbox.request(Sandboxes.anId(), Specs.aSpec().build(), Sandboxes.TIMEOUT, clock.instant());
        repository.add(sandbox, null);
        engine.launch(sandbox);
        return repository
                .update(sandbox.id(), pending -> pending.started(clock.instant()))
                .orElseThrow();
    }

    private SandboxState.Kind stateOf(Sandbox sandbox) {
        return repository.find(sandbox.id()).orElseThrow().state().kind();
    }

    private void awaitState(Sandbox sandbox, SandboxState.Kind kind) {
        await().atMost(GENEROUS).until(() -> stateOf(sandbox) == kind);
    }

    @Test
    void withoutTheLeaseNothingIsDone() {
        Sandbox sandbox = running();
        engine.happen(sandbox.id(), new Observation.Missing());
        clock.advance(Sandboxes.TIMEOUT);

        assertThatThrownBy(one.housekeeping::reconcileNow).isInstanceOf(SandboxException.RuntimeUnavailable.class);

        await().during(Duration.ofMillis(200)).until(() -> stateOf(sandbox) == SandboxState.Kind.RUNNING);
    }

    @Test
    void whoGetsTheLeaseMakesUpForTheEventsThatItPassedOver() {
        one.duties.tick();
        Sandbox sandbox = running();
        clock.advance(LEASE);
        one.duties.lapse();
        engine.vanish(sandbox.id());

        two.duties.tick();

        awaitState(sandbox, SandboxState.Kind.FAILED);
    }

    @Test
    void aDeadlineIsKeptByWhoeverHasTheLease() {
        one.duties.tick();
        Sandbox first = running();
        clock.advance(Sandboxes.TIMEOUT);
        one.duties.tick();
        awaitState(first, SandboxState.Kind.TERMINATED);
        Sandbox second = running();
        clock.advance(Sandboxes.TIMEOUT);

        two.duties.tick();

        awaitState(second, SandboxState.Kind.TERMINATED);
        assertThat(one.duties.isHeld()).isFalse();
    }

    /** The decision is durable, so that the other one goes on with it. */
    @Test
    void whoLosesTheLeaseStopsBeforeItsNextEffect() {
        one.duties.tick();
        Sandbox sandbox = running();
        engine.removals().close();
        clock.advance(Sandboxes.TIMEOUT);
        one.duties.tick();
        await().atMost(GENEROUS).until(() -> engine.removals().count() > 0);
        clock.advance(LEASE);
        engine.removals().open();
        // What was begun is finished.
        awaitState(sandbox, SandboxState.Kind.TERMINATED);
        Sandbox second = repository
                .update(running().id(), running -> running.beginStop(StopCause.USER_DELETE, clock.instant()))
                .orElseThrow();
        one.housekeeping.serverDied();
        await().during(Duration.ofMillis(200)).until(() -> stateOf(second) == SandboxState.Kind.STOPPING);

        two.duties.tick();

        awaitState(second, SandboxState.Kind.TERMINATED);
    }

    @Test
    void whoIsAskedForAComparisonGetsTheDutiesAndTellsWhatItFound() throws Exception {
        one.duties.tick();
        await().atMost(GENEROUS).until(one.housekeeping::hasRecovered);
        Sandbox sandbox = running();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Reconciliation> asking =
                    threads.submit(() -> two.housekeeping.onRequest(two.housekeeping::reconcileNow));
            await().atMost(GENEROUS).until(() -> !leases.listHeld("duties/").isEmpty());
            one.duties.tick();
            engine.vanish(sandbox.id());
            clock.advance(Duration.ofSeconds(2));
            one.duties.tick();

            assertThat(asking.get().findings())
                    .extracting(Finding::sandbox, Finding::outcome)
                    .containsExactly(tuple(sandbox.id(), Finding.Outcome.DONE));
        }
        assertThat(stateOf(sandbox)).isEqualTo(SandboxState.Kind.FAILED);
        assertThat(two.duties.isHeld()).isTrue();
        assertThat(one.duties.isHeld()).isFalse();
    }

    @Test
    void theDeathOfAServerIsLookedAfterAtOnce() {
        one.duties.tick();
        await().atMost(GENEROUS).until(one.housekeeping::hasRecovered);
        Sandbox sandbox = repository
                .update(running().id(), running -> running.beginStop(StopCause.USER_DELETE, clock.instant()))
                .orElseThrow();

        one.housekeeping.serverDied();

        awaitState(sandbox, SandboxState.Kind.TERMINATED);
    }
}
