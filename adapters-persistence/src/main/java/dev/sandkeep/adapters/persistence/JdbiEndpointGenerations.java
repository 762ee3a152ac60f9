package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.EndpointGenerations;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Generations as rows, for those sandboxes only of which something was revoked. Thread-safe. */
public final class JdbiEndpointGenerations implements EndpointGenerations {

    private final Jdbi jdbi;

    JdbiEndpointGenerations(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public long current(SandboxId id) {
        return jdbi.withHandle(handle -> handle.select(
                        "select generation from endpoint_generation where sandbox_id = ?", UUID.fromString(id.value()))
                .mapTo(Long.class)
                .findOne()
                .orElse(0L));
    }

    @Override
    public void advance(SandboxId id) {
        if (!increment(id) && !insert(id)) {
            increment(id);
        }
    }

    private boolean increment(SandboxId id) {
        return jdbi.withHandle(handle -> handle.execute(
                        "update endpoint_generation set generation = generation + 1 where sandbox_id = ?",
                        UUID.fromString(id.value())))
                == 1;
    }

    /** Not if somebody else did at the same moment. */
    private boolean insert(SandboxId id) {
        try {
            jdbi.useHandle(handle -> handle.execute(
                    "insert into endpoint_generation (sandbox_id, generation) values (?, 1)",
                    UUID.fromString(id.value())));
            return true;
        } catch (UnableToExecuteStatementException failed) {
            if (SqlErrors.isUniqueViolation(failed)) {
                return false;
            }
            throw failed;
        }
    }
}
