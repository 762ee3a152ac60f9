package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.ProvisioningClaims;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Claims as a column of the sandbox, which only {@code insert} and this class write. Thread-safe. */
public final class JdbiProvisioningClaims implements ProvisioningClaims {

    private static final String HAS_LIVING = "exists (select 1 from lease where lease_name = '" + LIFE
            + "' || sandbox.provisioner and ends_at > current_timestamp)";

    private static final String TAKEN = "(provisioner is not null and provisioner <> :server and " + HAS_LIVING + ")";

    private final Jdbi jdbi;
    private final String server;

    JdbiProvisioningClaims(Jdbi jdbi, String server) {
        this.jdbi = jdbi;
        this.server = server;
    }

    /** One statement, so that of several who claim at the same time the later ones see the first. */
    @Override
    public boolean claim(SandboxId id) {
        return jdbi.withHandle(handle -> handle.createUpdate("update sandbox set provisioner = :server"
                                + " where id = :id and state = 'PENDING' and not " + TAKEN)
                        .bind("server", server)
                        .bind("id", UUID.fromString(id.value()))
                        .execute())
                == 1;
    }

    @Override
    public boolean isTaken(SandboxId id) {
        return jdbi.withHandle(handle ->
                handle.createQuery("select count(*) from sandbox where id = :id and state = 'PENDING' and " + TAKEN)
                                .bind("server", server)
                                .bind("id", UUID.fromString(id.value()))
                                .mapTo(Integer.class)
                                .one()
                        > 0);
    }

    @Override
    public List<SandboxId> listOpen(Instant createdBefore, int atMost) {
        return jdbi.withHandle(handle -> handle.createQuery("select id from sandbox where state = 'PENDING' and not "
                        + TAKEN + " and (provisioner is null or provisioner <> :server or created_at < :before)"
                        + " order by created_at, id limit :atMost")
                .bind("server", server)
                .bind("before", Instants.utc(createdBefore))
                .bind("atMost", atMost)
                .map((row, _) -> SandboxId.of(row.getObject(1, UUID.class)))
                .list());
    }
}
