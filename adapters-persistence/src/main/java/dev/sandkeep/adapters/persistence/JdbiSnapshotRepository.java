package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SnapshotQuery;
import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.domain.admission.SnapshotQuota;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotEvents;
import dev.sandkeep.domain.snapshot.SnapshotException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Snapshots as rows. Thread-safe; writers of one snapshot are told apart by its version. */
public final class JdbiSnapshotRepository implements SnapshotRepository {

    private static final Logger log = LoggerFactory.getLogger(JdbiSnapshotRepository.class);

    private final Jdbi jdbi;
    private final JournalRows journal;

    JdbiSnapshotRepository(Jdbi jdbi, JournalRows journal) {
        this.jdbi = jdbi;
        this.journal = journal;
    }

    @Override
    public void add(Snapshot snapshot, SnapshotQuota quota) {
        jdbi.useTransaction(handle -> {
            SnapshotRow.from(snapshot).bindTo(handle.createUpdate("""
                        insert into snapshot (id, version, sandbox_id, snapshot_name, state, reason, message, since,
                            created_at, total_bytes, unique_bytes)
                        values (:id, :version, :sandboxId, :name, :state, :reason, :message, :since,
                            :createdAt, :totalBytes, :uniqueBytes)""")).execute();
            journal.write(handle, List.of(SnapshotEvents.created(snapshot)));
            // Whoever writes into the journal waits for all others who do, so that nobody adds one unseen.
            quota.require(count(handle, "true") - 1);
        });
    }

    @Override
    public Optional<Snapshot> find(SnapshotId id) {
        return jdbi.withHandle(handle -> handle.select(
                                "select " + SnapshotRow.COLUMNS + " from snapshot where id = ?", uuid(id))
                        .map((row, _) -> SnapshotRow.read(row))
                        .findOne())
                .map(SnapshotRow::toDomain);
    }

    @Override
    public Snapshot save(Snapshot snapshot) {
        SnapshotRow row = SnapshotRow.from(snapshot.withVersion(snapshot.version() + 1));
        Snapshot saved = row.toDomain();
        jdbi.useTransaction(handle -> {
            int updated = row.bindTo(handle.createUpdate("""
                        update snapshot set version = :version, state = :state, reason = :reason, message = :message,
                            since = :since, total_bytes = :totalBytes, unique_bytes = :uniqueBytes
                        where id = :id and version = :expected"""))
                    .bind("expected", snapshot.version())
                    .execute();
            if (updated == 0) {
                throw new SnapshotException.Stale(snapshot.id());
            }
            journal.write(handle, List.of(SnapshotEvents.changed(saved)));
        });
        return saved;
    }

    @Override
    public void forget(SnapshotId id) {
        jdbi.useHandle(handle -> handle.execute("delete from snapshot where id = ?", uuid(id)));
    }

    @Override
    public Page<Snapshot> list(SnapshotQuery query) {
        SnapshotSelection selection = new SnapshotSelection(query);
        return jdbi.withHandle(handle -> new Page<>(
                selection.page(handle).stream().map(SnapshotRow::toDomain).toList(),
                query.page(),
                query.pageSize(),
                selection.total(handle)));
    }

    @Override
    public List<Snapshot> listAll() {
        List<SnapshotRow> rows =
                jdbi.withHandle(handle -> handle.select("select " + SnapshotRow.COLUMNS + " from snapshot")
                        .map((row, _) -> SnapshotRow.read(row))
                        .list());
        return rows.stream().flatMap(JdbiSnapshotRepository::readable).toList();
    }

    /** One row that cannot be read must not keep all others from being looked after. */
    private static Stream<Snapshot> readable(SnapshotRow row) {
        try {
            return Stream.of(row.toDomain());
        } catch (CorruptRow corrupt) {
            log.error("A snapshot cannot be looked after", corrupt);
            return Stream.empty();
        }
    }

    @Override
    public List<SnapshotId> listCreating(int atMost) {
        return jdbi.withHandle(handle -> handle.select(
                        "select id from snapshot where state = 'CREATING' order by created_at, id limit ?", atMost)
                .map((row, _) -> SnapshotId.of(row.getObject(1, UUID.class)))
                .list());
    }

    @Override
    public long countCreating() {
        return jdbi.withHandle(handle -> count(handle, "state = 'CREATING'"));
    }

    private static long count(Handle handle, String condition) {
        return handle.select("select count(*) from snapshot where " + condition)
                .mapTo(Long.class)
                .one();
    }

    private static UUID uuid(SnapshotId id) {
        return UUID.fromString(id.value());
    }
}
