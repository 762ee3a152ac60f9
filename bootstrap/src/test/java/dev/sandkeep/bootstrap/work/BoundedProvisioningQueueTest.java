package dev.sandkeep.bootstrap.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.application.replica.Tenure;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxState;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.testkit.contract.ProvisioningQueueContract;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedProvisioningQueueTest implements ProvisioningQueueContract {

    private static final int CAPACITY = 3;

    private final Setup setup = new Setup();
    private final BoundedProvisioningQueue queue = new BoundedProvisioningQueue(
            setup.provisioning, setup.claims(), Tenure.ofOnlyServer(), 2, 2, CAPACITY, (_, _) -> {});

    @AfterEach
    void close() {
        setup.runtime.launches().open();
        queue.close();
    }

    @Override
    public Setup setup() {
        return setup;
    }

    @Override
    public ProvisioningQueue queue() {
        return queue;
    }

    @Test
    void aFullQueueTakesNoMoreUntilThereIsRoomAgain() {
        setup.runtime.launches().close();
        List<Sandbox> sandboxes =
                Stream.generate(setup::pending).limit(CAPACITY).toList();
        sandboxes.forEach(sandbox -> queue.submit(sandbox.id(), null));

        assertThatThrownBy(queue::requireCapacity).isInstanceOf(SandboxException.Overloaded.class);

        setup.runtime.launches().open();
        sandboxes.forEach(sandbox -> setup.awaitState(sandbox, SandboxState.Kind.RUNNING));
        await().untilAsserted(queue::requireCapacity);
    }

    @Test
    void noMoreAreLaunchedAtTheSameTimeThanAllowed() {
        setup.runtime.launches().close();
        Stream.generate(setup::pending).limit(CAPACITY).forEach(sandbox -> queue.submit(sandbox.id(), null));

        await().until(() -> setup.runtime.launches().count() == 2);

        await().during(Duration.ofMillis(100))
                .until(() -> setup.runtime.launches().count() == 2);
    }

    @Test
    void whileTheRuntimeIsAwayASandboxStaysPendingAndSaysWhyThenRuns() {
        Sandbox sandbox = setup.pending();
        setup.runtime.goAway();
        queue.submit(sandbox.id(), null);
        await().untilAsserted(() -> assertThat(setup.repository
                        .find(sandbox.id())
                        .orElseThrow()
                        .state()
                        .reason())
                .isEqualTo(StatusReason.RUNTIME_UNAVAILABLE));

        setup.runtime.comeBack();

        setup.awaitState(sandbox, SandboxState.Kind.RUNNING);
    }

    @Test
    void aClosedQueueTakesNothingOn() {
        Sandbox sandbox = setup.pending();
        queue.close();

        queue.submit(sandbox.id(), null);

        assertThat(setup.repository.find(sandbox.id()).orElseThrow().state().kind())
                .isEqualTo(SandboxState.Kind.PENDING);
    }
}
