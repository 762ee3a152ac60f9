package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sandboxes in memory. Thread-safe: one lock guards everything. */
public final class InMemorySandboxRepository implements SandboxRepository {

    private static final Comparator<Sandbox> NEWEST_FIRST =
            Comparator.comparing(Sandbox::createdAt).thenComparing(Sandbox::id).reversed();

    private final Map<SandboxId, Sandbox> sandboxes = new HashMap<>();
    private final Map<RequestKey, IdempotentRequest> requests = new HashMap<>();

    private record RequestKey(String owner, String key) {}

    @Override
    public synchronized Optional<IdempotentRequest> add(Sandbox sandbox, @Nullable IdempotentRequest request) {
        if (request != null) {
            Optional<IdempotentRequest> earlier = findRequest(
                    request.owner(), request.key(), request.createdAt().minus(IdempotentRequest.KEPT));
            if (earlier.isPresent()) {
                return earlier;
            }
        }
        if (sandboxes.containsKey(sandbox.id())) {
            throw new IllegalStateException("There is a sandbox " + sandbox.id() + " already");
        }
        sandboxes.put(sandbox.id(), stored(sandbox, sandbox.version()));
        if (request != null) {
            requests.put(new RequestKey(request.owner(), request.key()), request);
        }
        return Optional.empty();
    }

    @Override
    public synchronized Optional<IdempotentRequest> findRequest(String owner, String key, Instant notBefore) {
        return Optional.ofNullable(requests.get(new RequestKey(owner, key)))
                .filter(request -> request.createdAt().isAfter(notBefore));
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
        Sandbox saved = stored(sandbox, sandbox.version() + 1);
        sandboxes.put(saved.id(), saved);
        return saved;
    }

    @Override
    public synchronized Page<Sandbox> list(SandboxQuery query) {
        List<Sandbox> matching = sandboxes.values().stream()
                .filter(sandbox -> matches(query, sandbox))
                .sorted(NEWEST_FIRST)
                .toList();
        List<Sandbox> items = matching.stream()
                .skip((query.page() - 1L) * query.pageSize())
                .limit(query.pageSize())
                .toList();
        return new Page<>(items, query.page(), query.pageSize(), matching.size());
    }

    private static boolean matches(SandboxQuery query, Sandbox sandbox) {
        boolean inState = query.states().isEmpty()
                ? !sandbox.state().ended()
                : query.states().contains(sandbox.state().kind());
        return inState
                && sandbox.spec()
                        .metadata()
                        .labels()
                        .entrySet()
                        .containsAll(query.metadata().entrySet());
    }

    @Override
    public synchronized List<Sandbox> listLive() {
        return live().toList();
    }

    @Override
    public synchronized List<SandboxId> listDue(Instant now, int atMost) {
        return live().filter(sandbox -> sandbox.state().wanted() && sandbox.isDue(now))
                .sorted(Comparator.comparing(
                                (Sandbox sandbox) -> sandbox.expiresAt().orElseThrow())
                        .thenComparing(Sandbox::id))
                .limit(atMost)
                .map(Sandbox::id)
                .toList();
    }

    private Stream<Sandbox> live() {
        return sandboxes.values().stream().filter(sandbox -> !sandbox.state().ended());
    }

    @Override
    public synchronized int purgeEnded(Instant before) {
        int had = sandboxes.size();
        sandboxes
                .values()
                .removeIf(sandbox ->
                        sandbox.state().ended() && sandbox.state().since().isBefore(before));
        return had - sandboxes.size();
    }

    @Override
    public synchronized int purgeRequests(Instant before) {
        int had = requests.size();
        requests.values().removeIf(request -> request.createdAt().isBefore(before));
        return had - requests.size();
    }

    /** As a database would give it back: without the environment once that was used, times to the microsecond. */
    private static Sandbox stored(Sandbox sandbox, long version) {
        SandboxSpec spec = sandbox.state() instanceof SandboxState.Pending
                ? sandbox.spec()
                : sandbox.spec().withoutSecrets();
        return Sandbox.restore(
                sandbox.id(),
                spec,
                sandbox.state(),
                micros(sandbox.createdAt()),
                sandbox.expiresAt().map(InMemorySandboxRepository::micros).orElse(null),
                sandbox.deletedAt().map(InMemorySandboxRepository::micros).orElse(null),
                sandbox.policyRevision(),
                version);
    }

    private static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}
