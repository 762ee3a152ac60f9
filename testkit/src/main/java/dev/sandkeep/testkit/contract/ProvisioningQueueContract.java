package dev.sandkeep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.lifecycle.ProvisionSandbox;
import dev.sandkeep.application.port.ProvisioningClaims;
import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxState;
import dev.sandkeep.testkit.fake.InMemoryLeases;
import dev.sandkeep.testkit.fake.InMemoryPrivateImages;
import dev.sandkeep.testkit.fake.InMemoryProvisioningClaims;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** What a provisioning queue promises. */
public interface ProvisioningQueueContract {

    /** What the queue under test works on. */
    final class Setup {
        public final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();
        public final InMemorySandboxRepository repository = new InMemorySandboxRepository();
        public final SettableClock leaseClock = new SettableClock(Sandboxes.NOW);
        public final InMemoryLeases leases = new InMemoryLeases(leaseClock);
        public final ProvisionSandbox provisioning = new ProvisionSandbox(
                runtime, repository, new InMemoryPrivateImages(), InstantSource.fixed(Sandboxes.NOW));

        /** Those of the server that the queue under test is of. */
        public ProvisioningClaims claims() {
            return claimsOf("one");
        }

        /** Those of the server of that name. */
        public ProvisioningClaims claimsOf(String server) {
            return new InMemoryProvisioningClaims(repository, leases, server);
        }

        /** A Pending sandbox that is recorded. */
        public Sandbox pending() {
            Sandbox sandbox = Sandboxes.aSandbox();
            repository.add(sandbox, null);
            return sandbox;
        }

        public void awaitState(Sandbox sandbox, SandboxState.Kind kind) {
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(repository.find(sandbox.id()))
                            .hasValueSatisfying(
                                    found -> assertThat(found.state().kind()).isEqualTo(kind)));
        }
    }

    /** The same one for the whole test. */
    Setup setup();

    /** A queue that drives the setup's provisioning. */
    ProvisioningQueue queue();

    @Test
    default void aSandboxThatIsTakenOverRunsSoon() {
        Sandbox sandbox = setup().pending();

        queue().takeOver(sandbox.id());

        setup().awaitState(sandbox, SandboxState.Kind.RUNNING);
    }

    @Test
    default void aSubmittedSandboxRunsSoon() {
        Sandbox sandbox = setup().pending();

        queue().submit(sandbox.id(), null);

        setup().awaitState(sandbox, SandboxState.Kind.RUNNING);
    }

    @Test
    default void aSandboxThatIsSubmittedAgainIsNotMadeTwice() {
        Sandbox sandbox = setup().pending();
        queue().submit(sandbox.id(), null);

        queue().submit(sandbox.id(), null);

        setup().awaitState(sandbox, SandboxState.Kind.RUNNING);
        assertThat(setup().runtime.observeAll()).hasSize(1);
    }

    @Test
    default void aSandboxOfWhichThereIsNoRecordIsPassedOver() {
        assertThatCode(() -> queue().submit(Sandboxes.anId(), null)).doesNotThrowAnyException();
    }

    @Test
    default void aSandboxThatWasProvisionedIsNotInTheQueueAnyMore() {
        Sandbox sandbox = setup().pending();

        queue().submit(sandbox.id(), null);

        setup().awaitState(sandbox, SandboxState.Kind.RUNNING);
        await().atMost(Duration.ofMinutes(1)).until(() -> !queue().contains(sandbox.id()));
        assertThat(queue().contains(Sandboxes.anId())).isFalse();
    }

    @Test
    default void anIdleQueueHasCapacity() {
        assertThatCode(() -> queue().requireCapacity()).doesNotThrowAnyException();
    }
}
