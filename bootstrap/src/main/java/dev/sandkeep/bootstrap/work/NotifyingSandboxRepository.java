package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.lifecycle.SandboxChanges;
import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Publishes every change after it became durable. As thread-safe as what it wraps. */
public final class NotifyingSandboxRepository implements SandboxRepository {

    private final SandboxRepository repository;
    private final SandboxChanges changes;

    public NotifyingSandboxRepository(SandboxRepository repository, SandboxChanges changes) {
        this.repository = repository;
        this.changes = changes;
    }

    @Override
    public Optional<IdempotentRequest> add(Sandbox sandbox, @Nullable IdempotentRequest request) {
        return repository.add(sandbox, request);
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
        Sandbox saved = repository.save(sandbox);
        changes.publish(saved);
        return saved;
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
    public int purgeEnded(Instant before) {
        return repository.purgeEnded(before);
    }

    @Override
    public int purgeRequests(Instant before) {
        return repository.purgeRequests(before);
    }
}
