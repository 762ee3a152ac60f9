package dev.sandkeep.application;

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
import org.jspecify.annotations.Nullable;

/** Ends the server, once, before or after one of the next writes. Not thread-safe. */
final class CrashingSandboxRepository implements SandboxRepository {

    /** The end of the process, as far as the code that runs in it can tell. No use case catches an error. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final SandboxRepository repository;
    private int crossings = -1;

    CrashingSandboxRepository(SandboxRepository repository) {
        this.repository = repository;
    }

    /** Crashes at the edge of a write that comes after so many others; every write has an edge before and one after. */
    void crashAfter(int edges) {
        crossings = edges;
    }

    private void edge() {
        if (crossings >= 0 && crossings-- == 0) {
            throw new Crash();
        }
    }

    @Override
    public Optional<IdempotentRequest> add(
            Sandbox sandbox, @Nullable IdempotentRequest request, @Nullable Ownership ownership) {
        edge();
        Optional<IdempotentRequest> added = repository.add(sandbox, request, ownership);
        edge();
        return added;
    }

    @Override
    public void note(List<Deed> deeds) {
        edge();
        repository.note(deeds);
        edge();
    }

    @Override
    public Sandbox save(Sandbox sandbox) {
        edge();
        Sandbox saved = repository.save(sandbox);
        edge();
        return saved;
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
    public Optional<String> findOwner(SandboxId id) {
        return repository.findOwner(id);
    }

    @Override
    public Map<SandboxState.Kind, Integer> countLive() {
        return repository.countLive();
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
