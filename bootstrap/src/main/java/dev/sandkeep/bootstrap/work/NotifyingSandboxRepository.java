package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.lifecycle.SandboxChanges;
import dev.sandkeep.application.port.Deed;
import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.application.port.Ownership;
import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Publishes every change after it became durable, and tells when a sandbox entered another state. As thread-safe as what
 * it wraps.
 */
public final class NotifyingSandboxRepository implements SandboxRepository {

    private final SandboxRepository repository;
    private final SandboxChanges changes;
    private final Runnable written;
    private final Consumer<Sandbox> transitions;

    /**
     * Wraps a repository.
     *
     * @param written is run after something was written; must return at once
     * @param transitions told of every sandbox that entered another state, the first one included
     */
    public NotifyingSandboxRepository(
            SandboxRepository repository, SandboxChanges changes, Runnable written, Consumer<Sandbox> transitions) {
        this.repository = repository;
        this.changes = changes;
        this.written = written;
        this.transitions = transitions;
    }

    @Override
    public Optional<IdempotentRequest> add(
            Sandbox sandbox, @Nullable IdempotentRequest request, @Nullable Ownership ownership) {
        Optional<IdempotentRequest> earlier = repository.add(sandbox, request, ownership);
        written.run();
        if (earlier.isEmpty()) {
            transitions.accept(sandbox);
        }
        return earlier;
    }

    @Override
    public Optional<Sandbox> update(SandboxId id, UnaryOperator<Sandbox> change) {
        AtomicReference<@Nullable Sandbox> before = new AtomicReference<>();
        Optional<Sandbox> after = repository.update(id, current -> {
            before.set(current);
            return change.apply(current);
        });
        after.filter(sandbox -> sandbox != before.get()).ifPresent(sandbox -> publish(before.get(), sandbox));
        return after;
    }

    @Override
    public Optional<String> findOwner(SandboxId id) {
        return repository.findOwner(id);
    }

    @Override
    public Map<SandboxState.Kind, Integer> countLive() {
        return repository.countLive();
    }

    @Override
    public Optional<IdempotentRequest> findRequest(String owner, String key, Instant notBefore) {
        return repository.findRequest(owner, key, notBefore);
    }

    @Override
    public Optional<Sandbox> find(SandboxId id) {
        return repository.find(id);
    }

    @Override
    public Sandbox save(Sandbox sandbox) {
        Optional<Sandbox> before = repository.find(sandbox.id());
        Sandbox saved = repository.save(sandbox);
        publish(before.orElse(null), saved);
        return saved;
    }

    private void publish(@Nullable Sandbox before, Sandbox after) {
        changes.publish(after);
        written.run();
        if (before == null || before.state().kind() != after.state().kind()) {
            transitions.accept(after);
        }
    }

    @Override
    public Page<Sandbox> list(SandboxQuery query) {
        return repository.list(query);
    }

    @Override
    public List<Sandbox> listLive() {
        return repository.listLive();
    }

    @Override
    public List<SandboxId> listDue(Instant now, int atMost) {
        return repository.listDue(now, atMost);
    }

    @Override
    public void note(List<Deed> deeds) {
        repository.note(deeds);
        written.run();
    }

    @Override
    public int purgeEnded(Instant before) {
        return repository.purgeEnded(before);
    }

    @Override
    public int purgeRequests(Instant before) {
        return repository.purgeRequests(before);
    }
}
