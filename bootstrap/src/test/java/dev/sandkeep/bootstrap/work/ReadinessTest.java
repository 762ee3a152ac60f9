package dev.sandkeep.bootstrap.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.lifecycle.Freezer;
import dev.sandkeep.application.lifecycle.ProvisionSandbox;
import dev.sandkeep.application.port.ProvisioningClaims;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime.Watch;
import dev.sandkeep.application.reconcile.ExpireSandboxes;
import dev.sandkeep.application.reconcile.PurgeSandboxes;
import dev.sandkeep.application.reconcile.ReconcileSandboxes;
import dev.sandkeep.application.reconcile.TakeOverSandboxes;
import dev.sandkeep.application.replica.Tenure;
import dev.sandkeep.testkit.fake.InMemoryLeases;
import dev.sandkeep.testkit.fake.InMemoryPrivateImages;
import dev.sandkeep.testkit.fake.InMemoryProvisioningClaims;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadinessTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();
    private final AtomicReference<Runnable> trouble = new AtomicReference<>(() -> {});
    private final InMemorySandboxRepository records = new InMemorySandboxRepository();
    private final SandboxRepository repository = withTrouble(records);
    private final InstantSource clock = InstantSource.system();
    private final SettableClock leaseClock = new SettableClock(Sandboxes.NOW);
    private final InMemoryLeases leases = new InMemoryLeases(leaseClock);
    private final ProvisioningClaims claims = new InMemoryProvisioningClaims(records, leases, "one");
    private final Tenure life = tenure("server/one", "one");
    private final Tenure duties = tenure("duties", "one");
    private final BoundedProvisioningQueue queue = new BoundedProvisioningQueue(
            new ProvisionSandbox(runtime, repository, new InMemoryPrivateImages(), clock),
            claims,
            Tenure.ofOnlyServer(),
            1,
            1,
            1,
            (_, _) -> {});
    private final Housekeeping housekeeping = new Housekeeping(
            new ExpireSandboxes(runtime, repository, clock),
            new ReconcileSandboxes(runtime, repository, queue, new Freezer(runtime, repository, clock), clock),
            new PurgeSandboxes(repository, HOUR, clock),
            new TakeOverSandboxes(claims, queue, clock),
            duties,
            new Housekeeping.Intervals(HOUR, HOUR, HOUR, HOUR));
    private final Readiness readiness = new Readiness(repository, housekeeping, life);

    private Tenure tenure(String lease, String server) {
        return Tenure.of(
                leases,
                lease,
                server,
                Duration.ofSeconds(10),
                () -> Duration.between(Sandboxes.NOW, leaseClock.instant()).toNanos());
    }

    @BeforeEach
    void live() {
        life.tick();
        duties.tick();
    }

    @AfterEach
    void stop() {
        housekeeping.close();
        queue.close();
    }

    /** A repository that does something of the test's choice before every call. */
    private SandboxRepository withTrouble(SandboxRepository calm) {
        return (SandboxRepository) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SandboxRepository.class}, (_, method, arguments) -> {
                    trouble.get().run();
                    return method.invoke(calm, arguments);
                });
    }

    @Test
    void aServerIsReadyWhenItsRuntimeIsWatchedAndEverythingWasComparedOnce() {
        assertThat(readiness.get()).containsExactly("the container runtime is away");

        try (Watch _ = runtime.watch(housekeeping)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> readiness.get().isEmpty());
        }
    }

    @Test
    void aServerThatCouldNotCompareYetIsNotReady() {
        CountDownLatch compared = new CountDownLatch(1);
        trouble.set(() -> {
            compared.countDown();
            throw new IllegalStateException("on purpose");
        });
        housekeeping.connected();
        awaitQuietly(compared);
        trouble.set(() -> {});

        assertThat(readiness.get()).containsExactly("what an earlier server left is still being looked at");
    }

    @Test
    void anEngineThatGoesAwayTakesTheReadinessWithIt() {
        try (Watch _ = runtime.watch(housekeeping)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> readiness.get().isEmpty());

            runtime.goAway();

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(readiness.get()).containsExactly("the container runtime is away"));
            runtime.comeBack();
            await().atMost(Duration.ofSeconds(30)).until(() -> readiness.get().isEmpty());
        }
    }

    @Test
    void aDatabaseThatFailsIsNotReady() {
        trouble.set(() -> {
            throw new IllegalStateException("on purpose");
        });

        assertThat(readiness.get()).contains("the database does not answer");
    }

    @Test
    void aDatabaseThatHangsIsToldAllTheSameAndAskedOnlyOnce() {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(2);
        trouble.set(() -> {
            asked.countDown();
            awaitQuietly(goOn);
        });

        assertThat(readiness.get()).contains("the database does not answer");
        assertThat(readiness.get()).contains("the database does not answer");

        assertThat(asked.getCount()).isEqualTo(1);
        goOn.countDown();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(readiness.get()).doesNotContain("the database does not answer"));
    }

    @Test
    void aServerThatAnotherOneDoesTheDutiesForNeedNotCompare() {
        duties.close();
        tenure("duties", "two").tick();
        Tenure without = tenure("duties", "one");
        without.tick();
        try (Housekeeping passive = new Housekeeping(
                new ExpireSandboxes(runtime, repository, clock),
                new ReconcileSandboxes(runtime, repository, queue, new Freezer(runtime, repository, clock), clock),
                new PurgeSandboxes(repository, HOUR, clock),
                new TakeOverSandboxes(claims, queue, clock),
                without,
                new Housekeeping.Intervals(HOUR, HOUR, HOUR, HOUR))) {
            passive.connected();

            assertThat(new Readiness(repository, passive, life).get()).isEmpty();
        }
    }

    @Test
    void aServerThatTheDatabaseTakesForDeadIsNotReady() {
        try (Watch _ = runtime.watch(housekeeping)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> readiness.get().isEmpty());

            leaseClock.advance(Duration.ofSeconds(10));

            assertThat(readiness.get()).containsExactly("the database did not confirm lately that this server lives");
        }
    }

    @Test
    void aServerThatIsBeingStoppedIsNotReadyWhateverElseIsThere() {
        readiness.stop();

        assertThat(readiness.get()).containsExactly("the server is being stopped");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
