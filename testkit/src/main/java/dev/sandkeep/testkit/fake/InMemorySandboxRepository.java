package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.Deed;
import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.application.port.Ownership;
import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.admission.Quota;
import dev.sandkeep.domain.admission.Usage;
import dev.sandkeep.domain.sandbox.Deadline;
import dev.sandkeep.domain.sandbox.ResourceName;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxEvent;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sandboxes in memory. Thread-safe: one lock guards everything. */
public final class InMemorySandboxRepository implements SandboxRepository {

    private static final Comparator<Sandbox> NEWEST_FIRST =
            Comparator.comparing(Sandbox::createdAt).thenComparing(Sandbox::id).reversed();

    private final Map<SandboxId, Sandbox> sandboxes = new HashMap<>();
    private final Map<SandboxId, String> owners = new HashMap<>();
    /** Which server is to provision a sandbox. */
    private final Map<SandboxId, String> provisioners = new HashMap<>();

    private final Map<RequestKey, IdempotentRequest> requests = new HashMap<>();

    private final InMemoryJournal journal;

    public InMemorySandboxRepository() {
        this(InstantSource.system());
    }

    /** @param clock tells when something is written into the journal */
    public InMemorySandboxRepository(InstantSource clock) {
        journal = new InMemoryJournal(clock);
    }

    /** What this repository writes. */
    public InMemoryJournal journal() {
        return journal;
    }

    /** Adds a sandbox as the server of that name. */
    public synchronized void addAs(String server, Sandbox sandbox) {
        add(sandbox, null);
        provisioners.put(sandbox.id(), server);
    }

    /** The server that is to provision the sandbox; nobody unless it was {@linkplain #addAs added} or claimed. */
    synchronized Optional<String> provisionerOf(SandboxId id) {
        return Optional.ofNullable(provisioners.get(id));
    }

    /** Notes who is to provision it, if that is allowed by who was to until now; returns whether it is. */
    synchronized boolean claim(SandboxId id, String server, Predicate<Optional<String>> allowed) {
        boolean mine = find(id).filter(sandbox -> sandbox.state() instanceof SandboxState.Pending)
                        .isPresent()
                && allowed.test(provisionerOf(id));
        if (mine) {
            provisioners.put(id, server);
        }
        return mine;
    }

    private record RequestKey(String owner, String key) {}

    @Override
    public synchronized Optional<IdempotentRequest> add(
            Sandbox sandbox, @Nullable IdempotentRequest request, @Nullable Ownership ownership) {
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
        if (ownership != null) {
            ownership
                    .quota()
                    .require(
                            sandbox.spec().resourceLimits(),
                            usage(ownership, sandbox.createdAt()),
                            sandbox.createdAt());
            owners.put(sandbox.id(), ownership.owner());
        }
        sandboxes.put(sandbox.id(), stored(sandbox, sandbox.version()));
        journal.write(List.of(SandboxEvent.created(sandbox)));
        if (request != null) {
            requests.put(new RequestKey(request.owner(), request.key()), request);
        }
        return Optional.empty();
    }

    private Usage usage(Ownership ownership, Instant now) {
        List<Sandbox> owned = sandboxes.values().stream()
                .filter(sandbox -> ownership.owner().equals(owners.get(sandbox.id())))
                .toList();
        List<Sandbox> live =
                owned.stream().filter(sandbox -> !sandbox.state().ended()).toList();
        Integer most = ownership.quota().createsPerMinute();
        List<Instant> creates = owned.stream()
                .map(Sandbox::createdAt)
                .filter(createdAt -> createdAt.isAfter(now.minus(Quota.WINDOW)))
                .sorted(Comparator.reverseOrder())
                .limit(most == null ? 0 : most)
                .toList();
        return new Usage(live.size(), sum(live, ResourceName.CPU), sum(live, ResourceName.MEMORY), creates);
    }

    private static long sum(List<Sandbox> sandboxes, ResourceName resource) {
        return sandboxes.stream()
                .mapToLong(sandbox ->
                        sandbox.spec().resourceLimits().amount(resource).orElse(0))
                .sum();
    }

    @Override
    public synchronized Optional<String> findOwner(SandboxId id) {
        return Optional.ofNullable(owners.get(id)).filter(_ -> sandboxes.containsKey(id));
    }

    @Override
    public synchronized Map<SandboxState.Kind, Integer> countLive() {
        return live().collect(Collectors.toMap(sandbox -> sandbox.state().kind(), _ -> 1, Integer::sum));
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
        journal.write(SandboxEvent.between(current, saved));
        return saved;
    }

    @Override
    public synchronized Page<Sandbox> list(SandboxQuery query) {
        List<Sandbox> matching = sandboxes.values().stream()
                .filter(sandbox -> matches(query, sandbox))
                .sorted(NEWEST_FIRST)
                .toList();
        List<Sandbox> items = matching.stream()
                .filter(sandbox -> isAfter(query.after(), sandbox))
                .skip((query.page() - 1L) * query.pageSize())
                .limit(query.pageSize() + 1L)
                .toList();
        boolean more = items.size() > query.pageSize();
        return new Page<>(
                more ? items.subList(0, query.pageSize()) : items,
                query.page(),
                query.pageSize(),
                matching.size(),
                more);
    }

    private static boolean isAfter(SandboxQuery.@Nullable Position position, Sandbox sandbox) {
        return position == null
                || sandbox.createdAt().isBefore(position.createdAt())
                || (sandbox.createdAt().equals(position.createdAt())
                        && sandbox.id().compareTo(position.id()) < 0);
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
    public synchronized void note(List<Deed> deeds) {
        for (Deed deed : deeds) {
            find(deed.sandboxId())
                    .ifPresent(sandbox -> journal.write(SandboxEvent.executed(sandbox, deed.message()), deed));
        }
    }

    @Override
    public synchronized int purgeEnded(Instant before) {
        int had = sandboxes.size();
        sandboxes
                .values()
                .removeIf(sandbox ->
                        sandbox.state().ended() && sandbox.state().since().isBefore(before));
        journal.forget(before, sandboxes::containsKey);
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
                sandbox.deadline().map(InMemorySandboxRepository::micros).orElse(null),
                sandbox.deletedAt().map(InMemorySandboxRepository::micros).orElse(null),
                sandbox.policyRevision(),
                version);
    }

    private static Deadline micros(Deadline deadline) {
        Instant stoppedAt = deadline.stoppedAt();
        return new Deadline(micros(deadline.at()), stoppedAt == null ? null : micros(stoppedAt));
    }

    private static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}
