package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SnapshotQuery;
import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.domain.admission.SnapshotQuota;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotEvents;
import dev.sandkeep.domain.snapshot.SnapshotException;
import dev.sandkeep.domain.snapshot.SnapshotName;
import dev.sandkeep.domain.snapshot.SnapshotState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Snapshots in a map. Thread-safe: this object's monitor guards everything. */
public final class InMemorySnapshotRepository implements SnapshotRepository {

    private static final Comparator<Snapshot> OLDEST_FIRST =
            Comparator.comparing(Snapshot::createdAt).thenComparing(Snapshot::id);

    private final Map<SnapshotId, Snapshot> snapshots = new HashMap<>();
    private final InMemoryJournal journal;

    /** @param journal where it is written what becomes of them */
    public InMemorySnapshotRepository(InMemoryJournal journal) {
        this.journal = journal;
    }

    @Override
    public synchronized void add(Snapshot snapshot, SnapshotQuota quota) {
        if (snapshots.containsKey(snapshot.id())) {
            throw new IllegalStateException("There is a snapshot " + snapshot.id() + " already");
        }
        quota.require(snapshots.size());
        snapshots.put(snapshot.id(), stored(snapshot, snapshot.version()));
        journal.write(List.of(SnapshotEvents.created(snapshot)));
    }

    @Override
    public synchronized Optional<Snapshot> find(SnapshotId id) {
        return Optional.ofNullable(snapshots.get(id));
    }

    @Override
    public synchronized Snapshot save(Snapshot snapshot) {
        Snapshot current = snapshots.get(snapshot.id());
        if (current == null || current.version() != snapshot.version()) {
            throw new SnapshotException.Stale(snapshot.id());
        }
        Snapshot saved = stored(snapshot, snapshot.version() + 1);
        snapshots.put(saved.id(), saved);
        journal.write(List.of(SnapshotEvents.changed(saved)));
        return saved;
    }

    @Override
    public synchronized void forget(SnapshotId id) {
        snapshots.remove(id);
    }

    @Override
    public synchronized Page<Snapshot> list(SnapshotQuery query) {
        List<Snapshot> matching = snapshots.values().stream()
                .filter(snapshot -> matches(query, snapshot))
                .sorted(OLDEST_FIRST.reversed())
                .toList();
        List<Snapshot> items = matching.stream()
                .skip((query.page() - 1L) * query.pageSize())
                .limit(query.pageSize())
                .toList();
        return new Page<>(items, query.page(), query.pageSize(), matching.size());
    }

    private static boolean matches(SnapshotQuery query, Snapshot snapshot) {
        String name = snapshot.name().map(SnapshotName::value).orElse(null);
        return (query.sandboxId() == null || query.sandboxId().equals(snapshot.sandboxId()))
                && (query.name() == null || query.name().equals(name))
                && (query.states().isEmpty()
                        || query.states().contains(snapshot.state().kind()));
    }

    @Override
    public synchronized List<Snapshot> listAll() {
        return List.copyOf(snapshots.values());
    }

    @Override
    public synchronized List<SnapshotId> listCreating(int atMost) {
        return creating().sorted(OLDEST_FIRST).limit(atMost).map(Snapshot::id).toList();
    }

    @Override
    public synchronized long countCreating() {
        return creating().count();
    }

    private Stream<Snapshot> creating() {
        return snapshots.values().stream().filter(snapshot -> snapshot.state() instanceof SnapshotState.Creating);
    }

    /** As a database would give it back: times to the microsecond. */
    private static Snapshot stored(Snapshot snapshot, long version) {
        return Snapshot.restore(
                snapshot.id(),
                snapshot.sandboxId(),
                snapshot.name().orElse(null),
                stored(snapshot.state()),
                micros(snapshot.createdAt()),
                version);
    }

    private static SnapshotState stored(SnapshotState state) {
        Instant since = micros(state.since());
        return switch (state) {
            case SnapshotState.Creating _ -> new SnapshotState.Creating(since);
            case SnapshotState.Ready ready -> new SnapshotState.Ready(since, ready.diskUse());
            case SnapshotState.Deleting _ -> new SnapshotState.Deleting(since);
            case SnapshotState.Failed failed -> new SnapshotState.Failed(since, failed.reason(), failed.message());
        };
    }

    private static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}
