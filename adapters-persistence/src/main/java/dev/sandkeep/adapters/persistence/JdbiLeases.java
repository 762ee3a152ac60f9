package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.Leases;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Leases as rows, by the clock of the database. Thread-safe. */
public final class JdbiLeases implements Leases {

    /** So many {@code :millis} from now, by the database's clock. */
    static final String IN_MILLIS = "current_timestamp + cast(:millis as integer) * interval '0.001' second";

    private static final String IS_MINE =
            " where lease_name = :name and holder = :holder and term = :term and ends_at > current_timestamp";

    private final Jdbi jdbi;

    JdbiLeases(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public Optional<Lease> tryAcquire(String name, String holder, Duration duration) {
        try {
            return jdbi.inTransaction(handle -> take(handle, name, holder, duration)
                    ? Optional.of(new Lease(name, holder, token(handle, name)))
                    : Optional.empty());
        } catch (UnableToExecuteStatementException failed) {
            if (SqlErrors.isUniqueViolation(failed)) {
                // Somebody else was the first to take it.
                return Optional.empty();
            }
            throw failed;
        }
    }

    private static boolean take(Handle handle, String name, String holder, Duration duration) {
        int taken = handle.createUpdate("update lease set holder = :holder, term = term + 1, ends_at = " + IN_MILLIS
                        + " where lease_name = :name and (holder = :holder or ends_at <= current_timestamp)")
                .bind("name", name)
                .bind("holder", holder)
                .bind("millis", duration.toMillis())
                .execute();
        return taken == 1 || insert(handle, name, holder, duration);
    }

    /** The first token is the time, so that it is greater than those of a row of this name that was forgotten. */
    private static boolean insert(Handle handle, String name, String holder, Duration duration) {
        return handle.createUpdate("insert into lease (lease_name, holder, term, ends_at)"
                                + " select :name, :holder, cast(extract(epoch from current_timestamp) * 1000 as bigint), "
                                + IN_MILLIS + " where not exists (select 1 from lease where lease_name = :name)")
                        .bind("name", name)
                        .bind("holder", holder)
                        .bind("millis", duration.toMillis())
                        .execute()
                == 1;
    }

    private static long token(Handle handle, String name) {
        return handle.select("select term from lease where lease_name = ?", name)
                .mapTo(Long.class)
                .one();
    }

    @Override
    public boolean renew(Lease lease, Duration duration) {
        return endIn(lease, duration);
    }

    @Override
    public void release(Lease lease) {
        boolean _ = endIn(lease, Duration.ZERO);
    }

    private boolean endIn(Lease lease, Duration duration) {
        return jdbi.withHandle(handle -> handle.createUpdate("update lease set ends_at = " + IN_MILLIS + IS_MINE)
                        .bind("name", lease.name())
                        .bind("holder", lease.holder())
                        .bind("term", lease.token())
                        .bind("millis", duration.toMillis())
                        .execute())
                == 1;
    }

    @Override
    public Set<String> listHeld(String prefix) {
        return jdbi.withHandle(handle -> handle
                .createQuery("select lease_name from lease"
                        + " where ends_at > current_timestamp and substring(lease_name, 1, :length) = :prefix")
                .bind("length", prefix.length())
                .bind("prefix", prefix)
                .mapTo(String.class)
                .stream()
                .collect(Collectors.toSet()));
    }

    @Override
    public int purge(Duration endedFor) {
        return jdbi.withHandle(handle -> handle.createUpdate("delete from lease where ends_at <= current_timestamp"
                        + " - cast(:seconds as integer) * interval '1' second")
                .bind("seconds", endedFor.toSeconds())
                .execute());
    }
}
