package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the routes need of a repository, until the testkit's own is there. */
public final class InMemorySandboxRepository implements SandboxRepository {

    private final Map<SandboxId, Sandbox> sandboxes = new HashMap<>();
    private final List<IdempotentRequest> requests = new ArrayList<>();

    @Override
    public synchronized Optional<IdempotentRequest> add(Sandbox sandbox, @Nullable IdempotentRequest request) {
        if (request != null) {
            Optional<IdempotentRequest> taken = findRequest(request.owner(), request.key(), Instant.EPOCH);
            if (taken.isPresent()) {
                return taken;
            }
            requests.add(request);
        }
        sandboxes.put(sandbox.id(), sandbox);
        return Optional.empty();
    }

    @Override
    public synchronized Optional<IdempotentRequest> findRequest(String owner, String key, Instant notBefore) {
        return requests.stream()
                .filter(request ->
                        request.owner().equals(owner) && request.key().equals(key))
                .findFirst();
    }

    @Override
    public synchronized Optional<Sandbox> find(SandboxId id) {
        return Optional.ofNullable(sandboxes.get(id));
    }

    @Override
    public synchronized Sandbox save(Sandbox sandbox) {
        Sandbox current = sandboxes.get(sandbox.id());
        if (current == null || current.version() != sandbox.version()) {
            throw new SandboxException.Stale(sandbox.id());
        }
        Sandbox stored = sandbox.withVersion(sandbox.version() + 1);
        sandboxes.put(stored.id(), stored);
        return stored;
    }

    @Override
    public synchronized Page<Sandbox> list(SandboxQuery query) {
        List<Sandbox> matching = sandboxes.values().stream()
                .filter(sandbox -> query.states().isEmpty()
                        ? !sandbox.state().ended()
                        : query.states().contains(sandbox.state().kind()))
                .filter(sandbox -> sandbox.spec()
                        .metadata()
                        .labels()
                        .entrySet()
                        .containsAll(query.metadata().entrySet()))
                .sorted(Comparator.comparing(Sandbox::createdAt).reversed())
                .toList();
        List<Sandbox> items = matching.stream()
                .skip((query.page() - 1L) * query.pageSize())
                .limit(query.pageSize())
                .toList();
        return new Page<>(items, query.page(), query.pageSize(), matching.size());
    }

    @Override
    public synchronized List<Sandbox> listLive() {
        return sandboxes.values().stream()
                .filter(sandbox -> !sandbox.state().ended())
                .toList();
    }

    @Override
    public List<SandboxId> listDue(Instant now, int atMost) {
        return List.of();
    }

    @Override
    public int purgeEnded(Instant before) {
        return 0;
    }

    @Override
    public int purgeRequests(Instant before) {
        return 0;
    }
}
