package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.Ownership;
import dev.sandkeep.domain.admission.Quota;
import dev.sandkeep.domain.admission.Usage;
import dev.sandkeep.domain.sandbox.Sandbox;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** What each owner has, and the lock that keeps it still while somebody decides by it. Thread-safe. */
final class SandboxOwners {

    private final Jdbi jdbi;
    /** Those whose row is there. */
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    SandboxOwners(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Makes sure that there is something to lock; to be called outside any transaction. */
    void prepare(Ownership ownership) {
        if (ownership.quota().limitsNothing() || known.contains(ownership.owner())) {
            return;
        }
        try {
            jdbi.useHandle(handle -> handle.execute("insert into sandbox_owner (owner) values (?)", ownership.owner()));
        } catch (UnableToExecuteStatementException failed) {
            if (!SqlErrors.isUniqueViolation(failed)) {
                throw failed;
            }
        }
        known.add(ownership.owner());
    }

    /**
     * Checks the quota and keeps others of this owner out until the transaction ends.
     *
     * @throws dev.sandkeep.domain.sandbox.SandboxException if the sandbox would exceed it
     */
    void admit(Handle handle, Ownership ownership, Sandbox sandbox) {
        if (ownership.quota().limitsNothing()) {
            return;
        }
        handle.select("select owner from sandbox_owner where owner = ? for update", ownership.owner())
                .mapTo(String.class)
                .one();
        // A statement of its own, so that it sees what others did before they let go of the lock.
        Usage usage = usage(handle, ownership, sandbox.createdAt());
        ownership.quota().require(sandbox.spec().resourceLimits(), usage, sandbox.createdAt());
    }

    private static Usage usage(Handle handle, Ownership ownership, Instant now) {
        List<Instant> creates = creates(handle, ownership, now);
        return handle.select(
                        "select count(*), sum(cpu_nanos), sum(memory_bytes) from sandbox"
                                + " where owner = ? and ended = false",
                        ownership.owner())
                .map((row, _) -> new Usage(row.getInt(1), sum(row, 2), sum(row, 3), creates))
                .one();
    }

    private static List<Instant> creates(Handle handle, Ownership ownership, Instant now) {
        Integer most = ownership.quota().createsPerMinute();
        return most == null
                ? List.of()
                : handle.select(
                                "select created_at from sandbox where owner = ? and created_at > ?"
                                        + " order by created_at desc limit ?",
                                ownership.owner(),
                                Instants.utc(now.minus(Quota.WINDOW)),
                                most)
                        .map((row, _) -> Instants.read(row, 1))
                        .list();
    }

    private static long sum(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNullElse(row.getBigDecimal(column), BigDecimal.ZERO)
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValueExact();
    }
}
