package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final CreateRequests requests;

    JdbiSandboxRepository(Jdbi jdbi, SecretBox secrets) {
        this.jdbi = jdbi;
        this.secrets = secrets;
        this.requests = new CreateRequests(secrets);
    }

    @Override
    public Optional<IdempotentRequest> add(Sandbox sandbox, @Nullable IdempotentRequest request) {
        if (request == null) {
            jdbi.useTransaction(handle -> insert(handle, sandbox));
            return Optional.empty();
        }
        Instant notBefore = request.createdAt().minus(IdempotentRequest.KEPT);
        while (true) {
            try {
                jdbi.useTransaction(handle -> {
                    requests.claim(handle, request, notBefore);
                    insert(handle, sandbox);
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

    private void insert(Handle handle, Sandbox sandbox) {
        SandboxRow.from(sandbox, secrets).bindTo(handle.createUpdate("""
                        insert into sandbox (id, version, state, ended, reason, message, exit_code, stop_cause, since,
                            created_at, expires_at, due_at, deleted_at, policy_revision, spec, sealed_env)
                        values (:id, :version, :state, :ended, :reason, :message, :exitCode, :stopCause, :since,
                            :createdAt, :expiresAt, :dueAt, :deletedAt, :policyRevision, :spec, :env)""")).execute();
        Map<String, String> labels = sandbox.spec().metadata().labels();
        if (!labels.isEmpty()) {
            PreparedBatch batch = handle.prepareBatch(
                    "insert into sandbox_metadata (sandbox_id, label_name, label_value) values (?, ?, ?)");
            labels.forEach((name, value) -> batch.add(uuid(sandbox.id()), name, value));
            batch.execute();
        }
    }

    @Override
    public Optional<IdempotentRequest> findRequest(String owner, String key, Instant notBefore) {
        return jdbi.withHandle(handle -> requests.find(handle, owner, key, notBefore));
    }

    @Override
    public Optional<Sandbox> find(SandboxId id) {
        return jdbi.withHandle(
                        handle -> handle.select("select " + SandboxRow.COLUMNS + " from sandbox where id = ?", uuid(id))
                                .map((row, _) -> SandboxRow.read(row))
                                .findOne())
                .map(row -> row.toDomain(secrets));
    }

    @Override
    public Sandbox save(Sandbox sandbox) {
        SandboxRow row = SandboxRow.from(sandbox.withVersion(sandbox.version() + 1), secrets);
        int saved = jdbi.withHandle(handle -> row.bindTo(handle.createUpdate("""
                        update sandbox set version = :version, state = :state, ended = :ended, reason = :reason,
                            message = :message, exit_code = :exitCode, stop_cause = :stopCause, since = :since,
                            expires_at = :expiresAt, due_at = :dueAt, deleted_at = :deletedAt,
                            policy_revision = :policyRevision, spec = :spec, sealed_env = :env
                        where id = :id and version = :expected"""))
                .bind("expected", sandbox.version())
                .execute());
        if (saved == 0) {
            throw new SandboxException.Stale(sandbox.id());
        }
        return row.toDomain(secrets);
    }

    @Override
    public Page<Sandbox> list(SandboxQuery query) {
        SandboxSelection selection = new SandboxSelection(query);
        return jdbi.withHandle(handle -> {
            List<Sandbox> items = toDomain(selection.page(handle));
            return new Page<>(items, query.page(), query.pageSize(), selection.total(handle, items.size()));
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
            return Stream.of(row.toDomain(secrets));
        } catch (CorruptRow corrupt) {
            log.error("A sandbox cannot be looked after", corrupt);
            return Stream.empty();
        }
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
    public int purgeEnded(Instant before) {
        return jdbi.withHandle(
                handle -> handle.execute("delete from sandbox where ended = true and since < ?", Instants.utc(before)));
    }

    @Override
    public int purgeRequests(Instant before) {
        return jdbi.withHandle(
                handle -> handle.execute("delete from create_request where created_at < ?", Instants.utc(before)));
    }

    private List<Sandbox> toDomain(List<SandboxRow> rows) {
        return rows.stream().map(row -> row.toDomain(secrets)).toList();
    }

    private static UUID uuid(SandboxId id) {
        return UUID.fromString(id.value());
    }
}
