package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.Deed;
import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.application.port.Ownership;
import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.ResourceName;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxEvent;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sandboxes as rows. Thread-safe; writers of one sandbox are told apart by its version. */
public final class JdbiSandboxRepository implements SandboxRepository {

    private static final Logger log = LoggerFactory.getLogger(JdbiSandboxRepository.class);

    private final Jdbi jdbi;
    private final SecretBox secrets;
    private final RecentSpecs specs = new RecentSpecs();
    private final CreateRequests requests;
    private final JournalRows journal;
    private final SandboxOwners owners;
    private final String server;

    /** @param server that provisions what is added, as far as {@link JdbiProvisioningClaims} are concerned */
    JdbiSandboxRepository(Jdbi jdbi, SecretBox secrets, JournalRows journal, String server) {
        this.jdbi = jdbi;
        this.secrets = secrets;
        this.requests = new CreateRequests(secrets);
        this.journal = journal;
        this.owners = new SandboxOwners(jdbi);
        this.server = server;
    }

    @Override
    public Optional<IdempotentRequest> add(
            Sandbox sandbox, @Nullable IdempotentRequest request, @Nullable Ownership ownership) {
        if (ownership != null) {
            owners.prepare(ownership);
        }
        if (request == null) {
            jdbi.useTransaction(handle -> admit(handle, sandbox, ownership));
            return Optional.empty();
        }
        Instant notBefore = request.createdAt().minus(IdempotentRequest.KEPT);
        while (true) {
            try {
                jdbi.useTransaction(handle -> {
                    requests.claim(handle, request, notBefore);
                    admit(handle, sandbox, ownership);
                });
                return Optional.empty();
            } catch (CreateRequests.KeyTaken taken) {
                Optional<IdempotentRequest> earlier = findRequest(request.owner(), request.key(), notBefore);
                if (earlier.isPresent()) {
                    return earlier;
                }
                // Its holder was purged between the two looks, so the key is free now.
            }
        }
    }

    private void admit(Handle handle, Sandbox sandbox, @Nullable Ownership ownership) {
        if (ownership != null) {
            owners.admit(handle, ownership, sandbox);
        }
        insert(handle, sandbox, ownership == null ? null : ownership.owner());
    }

    private void insert(Handle handle, Sandbox sandbox, @Nullable String owner) {
        SandboxRow.from(sandbox, secrets)
                .bindTo(handle.createUpdate("""
                        insert into sandbox (id, version, state, ended, reason, message, exit_code, stop_cause, since,
                            created_at, expires_at, deadline_stopped_at, due_at, deleted_at, policy_revision, spec,
                            sealed_env, owner, cpu_nanos, memory_bytes, provisioner)
                        values (:id, :version, :state, :ended, :reason, :message, :exitCode, :stopCause, :since,
                            :createdAt, :expiresAt, :deadlineStoppedAt, :dueAt, :deletedAt, :policyRevision, :spec,
                            :env, :owner, :cpu, :memory, :server)"""))
                .bind("owner", owner)
                .bind("server", server)
                .bind("cpu", amount(sandbox, ResourceName.CPU))
                .bind("memory", amount(sandbox, ResourceName.MEMORY))
                .execute();
        insertLabels(handle, sandbox);
        journal.write(handle, List.of(SandboxEvent.created(sandbox)));
    }

    private static void insertLabels(Handle handle, Sandbox sandbox) {
        Map<String, String> labels = sandbox.spec().metadata().labels();
        if (!labels.isEmpty()) {
            PreparedBatch batch = handle.prepareBatch(
                    "insert into sandbox_metadata (sandbox_id, label_name, label_value) values (?, ?, ?)");
            labels.forEach((name, value) -> batch.add(uuid(sandbox.id()), name, value));
            batch.execute();
        }
    }

    private static @Nullable Long amount(Sandbox sandbox, ResourceName resource) {
        OptionalLong amount = sandbox.spec().resourceLimits().amount(resource);
        return amount.isPresent() ? amount.getAsLong() : null;
    }

    @Override
    public Optional<String> findOwner(SandboxId id) {
        return jdbi.withHandle(
                handle -> handle.select("select owner from sandbox where id = ? and owner is not null", uuid(id))
                        .mapTo(String.class)
                        .findOne());
    }

    @Override
    public Optional<IdempotentRequest> findRequest(String owner, String key, Instant notBefore) {
        return jdbi.withHandle(handle -> requests.find(handle, owner, key, notBefore));
    }

    @Override
    public Optional<Sandbox> find(SandboxId id) {
        return jdbi.withHandle(handle -> findRow(handle, id)).map(row -> row.toDomain(secrets, specs));
    }

    private static Optional<SandboxRow> findRow(Handle handle, SandboxId id) {
        return handle.select("select " + SandboxRow.COLUMNS + " from sandbox where id = ?", uuid(id))
                .map((row, _) -> SandboxRow.read(row))
                .findOne();
    }

    @Override
    public Sandbox save(Sandbox sandbox) {
        SandboxRow row = SandboxRow.from(sandbox.withVersion(sandbox.version() + 1), secrets);
        Sandbox saved = row.toDomain(secrets, specs);
        jdbi.useTransaction(handle -> {
            // What is stored under that version cannot change; if it is another one by now, nothing is written.
            Sandbox before = findRow(handle, sandbox.id())
                    .orElseThrow(() -> new SandboxException.Stale(sandbox.id()))
                    .toDomain(secrets, specs);
            if (!update(handle, row, sandbox.version())) {
                throw new SandboxException.Stale(sandbox.id());
            }
            if (!before.spec().metadata().equals(saved.spec().metadata())) {
                handle.execute("delete from sandbox_metadata where sandbox_id = ?", row.id());
                insertLabels(handle, saved);
            }
            journal.write(handle, SandboxEvent.between(before, saved));
        });
        return saved;
    }

    private static boolean update(Handle handle, SandboxRow row, long expected) {
        return row.bindTo(handle.createUpdate("""
                        update sandbox set version = :version, state = :state, ended = :ended, reason = :reason,
                            message = :message, exit_code = :exitCode, stop_cause = :stopCause, since = :since,
                            expires_at = :expiresAt, deadline_stopped_at = :deadlineStoppedAt, due_at = :dueAt,
                            deleted_at = :deletedAt, policy_revision = :policyRevision, spec = :spec, sealed_env = :env
                        where id = :id and version = :expected""")).bind("expected", expected).execute() == 1;
    }

    @Override
    public Page<Sandbox> list(SandboxQuery query) {
        SandboxSelection selection = new SandboxSelection(query);
        return jdbi.withHandle(handle -> {
            List<SandboxRow> rows = selection.page(handle);
            boolean more = rows.size() > query.pageSize();
            List<Sandbox> items = toDomain(more ? rows.subList(0, query.pageSize()) : rows);
            return new Page<>(
                    items, query.page(), query.pageSize(), selection.total(handle, items.size(), !more), more);
        });
    }

    @Override
    public List<Sandbox> listLive() {
        List<SandboxRow> rows = jdbi.withHandle(
                handle -> handle.select("select " + SandboxRow.COLUMNS + " from sandbox where ended = false")
                        .map((row, _) -> SandboxRow.read(row))
                        .list());
        return rows.stream().flatMap(this::readable).toList();
    }

    /** One row that cannot be read must not keep all others from being looked after. */
    private Stream<Sandbox> readable(SandboxRow row) {
        try {
            return Stream.of(row.toDomain(secrets, specs));
        } catch (CorruptRow corrupt) {
            log.error("A sandbox cannot be looked after", corrupt);
            return Stream.empty();
        }
    }

    @Override
    public Map<SandboxState.Kind, Integer> countLive() {
        Map<SandboxState.Kind, Integer> counts = new EnumMap<>(SandboxState.Kind.class);
        jdbi.useHandle(handle -> handle.select("select state, count(*) from sandbox where ended = false group by state")
                .map((row, _) -> Map.entry(SandboxState.Kind.valueOf(row.getString(1)), row.getInt(2)))
                .forEach(count -> counts.put(count.getKey(), count.getValue())));
        return counts;
    }

    @Override
    public List<SandboxId> listDue(Instant now, int atMost) {
        return jdbi.withHandle(handle -> handle.select(
                        "select id from sandbox where due_at <= ? order by due_at, id limit ?",
                        Instants.utc(now),
                        atMost)
                .map((row, _) -> SandboxId.of(row.getObject(1, UUID.class)))
                .list());
    }

    @Override
    public void note(List<Deed> deeds) {
        jdbi.useTransaction(handle -> {
            Map<SandboxId, Optional<Sandbox>> sandboxes = new HashMap<>();
            List<SandboxEvent> events = new ArrayList<>();
            List<Deed> known = new ArrayList<>();
            for (Deed deed : deeds) {
                sandboxes
                        .computeIfAbsent(
                                deed.sandboxId(), id -> findRow(handle, id).map(row -> row.toDomain(secrets, specs)))
                        .ifPresent(sandbox -> {
                            events.add(SandboxEvent.executed(sandbox, deed.message()));
                            known.add(deed);
                        });
            }
            JournalRows.write(handle, events, known);
        });
    }

    @Override
    public int purgeEnded(Instant before) {
        return jdbi.inTransaction(handle -> {
            int purged = handle.execute("delete from sandbox where ended = true and since < ?", Instants.utc(before));
            JournalRows.forget(handle, before);
            return purged;
        });
    }

    @Override
    public int purgeRequests(Instant before) {
        return jdbi.withHandle(
                handle -> handle.execute("delete from create_request where created_at < ?", Instants.utc(before)));
    }

    private List<Sandbox> toDomain(List<SandboxRow> rows) {
        return rows.stream().map(row -> row.toDomain(secrets, specs)).toList();
    }

    private static UUID uuid(SandboxId id) {
        return UUID.fromString(id.value());
    }
}
