package dev.sandkeep.bootstrap.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.lifecycle.SandboxChanges;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.testkit.contract.SandboxRepositoryContract;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Wrapped, a repository keeps its promises. That changes are published is seen in the system test. */
class NotifyingSandboxRepositoryTest implements SandboxRepositoryContract {

    private final List<Kind> entered = Collections.synchronizedList(new ArrayList<>());
    private final SandboxRepository repository = new NotifyingSandboxRepository(
            new InMemorySandboxRepository(),
            new SandboxChanges(),
            () -> {},
            sandbox -> entered.add(sandbox.state().kind()));

    @Override
    public SandboxRepository repository() {
        return repository;
    }

    @Test
    void everyStateThatIsEnteredIsToldOnceAndWhatIsNoTransitionIsNot() {
        Sandbox sandbox = Sandboxes.aSandbox();

        repository.add(sandbox, null);
        repository.update(sandbox.id(), current -> current.progressed(StatusReason.PROVISIONING, "Pulling"));
        repository.update(sandbox.id(), current -> current.started(Sandboxes.NOW));
        repository.update(sandbox.id(), current -> current.started(Sandboxes.NOW));

        assertThat(entered).containsExactly(Kind.PENDING, Kind.RUNNING);
    }
}
