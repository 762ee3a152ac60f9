package dev.sandkeep.adapters.http;

import dev.sandkeep.application.lifecycle.SandboxChanges;
import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Notes what was submitted; provisions nothing unless told how. */
public final class RecordedQueue implements ProvisioningQueue {

    private final InMemorySandboxRepository repository;
    private final SandboxChanges changes;

    public final List<SandboxId> submitted = new CopyOnWriteArrayList<>();
    private volatile boolean full;
    private volatile @Nullable UnaryOperator<Sandbox> outcome;

    /** @param changes told of what is provisioned */
    RecordedQueue(InMemorySandboxRepository repository, SandboxChanges changes) {
        this.repository = repository;
        this.changes = changes;
    }

    public void fill() {
        full = true;
    }

    /** From now on, what is submitted changes like this, in the background. */
    public void provision(UnaryOperator<Sandbox> newOutcome) {
        outcome = newOutcome;
    }

    @Override
    public void requireCapacity() {
        if (full) {
            throw new SandboxException.Overloaded("Too many sandboxes are being made", Duration.ofSeconds(3));
        }
    }

    @Override
    public boolean contains(SandboxId id) {
        return submitted.contains(id);
    }

    @Override
    public void submit(SandboxId id, @Nullable RegistryCredentials credentials) {
        submitted.add(id);
        UnaryOperator<Sandbox> change = outcome;
        if (change != null) {
            Thread.startVirtualThread(() -> repository.update(id, change).ifPresent(changes::publish));
        }
    }

    @Override
    public void takeOver(SandboxId id) {
        submit(id, null);
    }
}
