package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.SandboxActivity;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Uses as rows, one for each sandbox that was used. Thread-safe. */
public final class JdbiSandboxActivity implements SandboxActivity {

    private final Jdbi jdbi;

    JdbiSandboxActivity(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public Optional<Instant> find(SandboxId id) {
        return jdbi.withHandle(handle -> handle.select(
                        "select last_used_at from sandbox_activity where sandbox_id = ?", UUID.fromString(id.value()))
                .map((row, _) -> Instants.read(row, 1))
                .findOne());
    }

    @Override
    public void note(SandboxId id, Instant time) {
        if (!update(id, time) && !insert(id, time)) {
            update(id, time);
        }
    }

    /** Whether there was a row. */
    private boolean update(SandboxId id, Instant time) {
        return jdbi.withHandle(handle -> handle.createUpdate("update sandbox_activity set last_used_at ="
                                + " case when last_used_at < :time then :time else last_used_at end"
                                + " where sandbox_id = :id")
                        .bind("time", Instants.utc(time))
                        .bind("id", UUID.fromString(id.value()))
                        .execute())
                == 1;
    }

    /** Not if somebody else did at the same moment. */
    private boolean insert(SandboxId id, Instant time) {
        try {
            jdbi.useHandle(handle -> handle.createUpdate("insert into sandbox_activity (sandbox_id, last_used_at)"
                            + " select id, :time from sandbox where id = :id")
                    .bind("time", Instants.utc(time))
                    .bind("id", UUID.fromString(id.value()))
                    .execute());
            return true;
        } catch (UnableToExecuteStatementException failed) {
            if (SqlErrors.isUniqueViolation(failed)) {
                return false;
            }
            throw failed;
        }
    }
}
