package dev.sandkeep.bootstrap.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.lifecycle.ProvisionSandbox;
import dev.sandkeep.application.port.ProvisioningClaims;
import dev.sandkeep.application.reconcile.TakeOverSandboxes;
import dev.sandkeep.application.replica.Tenure;
import dev.sandkeep.bootstrap.replica.FencedSandboxRuntime;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxState;
import dev.sandkeep.testkit.contract.ProvisioningQueueContract.Setup;
import dev.sandkeep.testkit.fake.InMemoryPrivateImages;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two servers on the same records and the same engine; who of them makes a sandbox. */
class ProvisioningAmongServersTest {

    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration GENEROUS = Duration.ofSeconds(30);

    private final Setup setup = new Setup();
    private final Server one = new Server("one");
    private final Server two = new Server("two");

    /** One of them, without a schedule of its own. */
    private final class Server {
        private final String name;
        private final Tenure life;
        private final AtomicInteger turns = new AtomicInteger();
        private final BoundedProvisioningQueue queue;

        Server(String name) {
            this.name = name;
            this.life = Tenure.of(
                    setup.leases,
                    ProvisioningClaims.LIFE + name,
                    name,
                    LEASE,
                    () -> Duration.between(Sandboxes.NOW, setup.leaseClock.instant())
                            .toNanos());
            this.queue = new BoundedProvisioningQueue(
                    new ProvisionSandbox(
                            new FencedSandboxRuntime(setup.runtime, life),
                            setup.repository,
                            new InMemoryPrivateImages(),
                            InstantSource.fixed(Sandboxes.NOW)),
                    setup.claimsOf(name),
                    life,
                    2,
                    2,
                    10,
                    (_, _) -> turns.incrementAndGet());
            life.listen(queue);
        }

        Sandbox accept() {
            Sandbox sandbox = Sandboxes.aSandbox();
            setup.repository.addAs(name, sandbox);
            queue.submit(sandbox.id(), new RegistryCredentials("somebody", "secret"));
            return sandbox;
        }

        void lookAround() {
            new TakeOverSandboxes(setup.claimsOf(name), queue, InstantSource.fixed(Sandboxes.NOW)).takeOver();
        }
    }

    @BeforeEach
    void live() {
        one.life.tick();
        two.life.tick();
    }

    @AfterEach
    void close() {
        setup.runtime.launches().open();
        one.queue.close();
        two.queue.close();
    }

    private void awaitLaunches(int count) {
        await().atMost(GENEROUS).until(() -> setup.runtime.launches().count() == count);
    }

    @Test
    void whoeverAcceptsASandboxMakesIt() {
        setup.runtime.launches().close();
        Sandbox sandbox = one.accept();
        awaitLaunches(1);

        assertThat(two.queue.contains(sandbox.id())).isTrue();
        two.lookAround();
        two.queue.takeOver(sandbox.id());

        await().atMost(GENEROUS).until(() -> two.queue.length() == 0);
        setup.runtime.launches().open();
        setup.awaitState(sandbox, SandboxState.Kind.RUNNING);
        assertThat(setup.runtime.launches().count()).isEqualTo(1);
    }

    @Test
    void whatADeadServerAcceptedIsMadeByAnother() {
        Sandbox sandbox = Sandboxes.aSandbox();
        setup.repository.addAs("one", sandbox);
        setup.leaseClock.advance(LEASE);
        two.life.tick();

        two.lookAround();

        setup.awaitState(sandbox, SandboxState.Kind.RUNNING);
    }

    @Test
    void aServerThatIsTakenForDeadGivesUpWhatItMakes() {
        setup.runtime.launches().close();
        Sandbox sandbox = one.accept();
        awaitLaunches(1);
        setup.leaseClock.advance(LEASE);
        two.life.tick();
        two.lookAround();
        awaitLaunches(2);

        one.life.tick();

        // One claims it in vain, now that it lives again, and leaves it to the other.
        await().atMost(GENEROUS).until(() -> one.queue.length() == 0);
        setup.runtime.launches().open();
        setup.awaitState(sandbox, SandboxState.Kind.RUNNING);
        assertThat(setup.runtime.launches().count()).isEqualTo(2);
        assertThat(setup.runtime.observeAll()).hasSize(1);
    }

    @Test
    void aServerThatIsTakenForDeadByNobodyGoesOnWithWhatItMade() {
        setup.runtime.launches().close();
        Sandbox sandbox = one.accept();
        awaitLaunches(1);
        setup.leaseClock.advance(LEASE);

        one.life.tick();

        awaitLaunches(2);
        setup.runtime.launches().open();
        setup.awaitState(sandbox, SandboxState.Kind.RUNNING);
    }

    @Test
    void aServerThatIsTakenForDeadBeginsNothing() {
        setup.leases.goAway();
        setup.leaseClock.advance(LEASE);

        Sandbox sandbox = one.accept();

        await().atMost(GENEROUS).until(() -> one.turns.get() >= 2);
        assertThat(setup.runtime.launches().count()).isZero();
        setup.leases.comeBack();
        one.life.tick();
        setup.awaitState(sandbox, SandboxState.Kind.RUNNING);
    }

    /** As when the database said nothing about a change that it made. */
    @Test
    void whatAServerAcceptedAndForgotIsFound() {
        Sandbox sandbox = Sandbox.request(
                Sandboxes.anId(), Sandboxes.aSandbox().spec(), Sandboxes.TIMEOUT, Sandboxes.NOW.minusSeconds(6));
        setup.repository.addAs("one", sandbox);

        one.lookAround();

        setup.awaitState(sandbox, SandboxState.Kind.RUNNING);
    }
}
