package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.WebhookCursors;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Webhook cursors as rows. Thread-safe. */
public final class JdbiWebhookCursors implements WebhookCursors {

    private static final String LETTERS =
            "select endpoint, entry_number, attempts, reason, buried_at from webhook_dead_letter";

    private final Jdbi jdbi;

    JdbiWebhookCursors(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public Optional<Cursor> claim(URI endpoint, String server, Duration duration, long start) {
        if (jdbi.withHandle(handle -> claimKnown(handle, endpoint, server, duration))) {
            return jdbi.withHandle(handle -> find(handle, endpoint, server));
        }
        try {
            return jdbi.withHandle(handle -> insert(handle, endpoint, server, duration, start))
                    ? Optional.of(new Cursor(start, 0, null))
                    : Optional.empty();
        } catch (UnableToExecuteStatementException failed) {
            if (SqlErrors.isUniqueViolation(failed)) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    private static boolean claimKnown(Handle handle, URI endpoint, String server, Duration duration) {
        return handle.createUpdate("update webhook_cursor set claimed_by = :server, claimed_until = "
                                + JdbiLeases.IN_MILLIS
                                + " where endpoint = :endpoint"
                                + " and (claimed_by = :server or claimed_until <= current_timestamp)")
                        .bind("server", server)
                        .bind("millis", duration.toMillis())
                        .bind("endpoint", endpoint.toString())
                        .execute()
                == 1;
    }

    /** Whether it was not there; one that is there is another server's. */
    private static boolean insert(Handle handle, URI endpoint, String server, Duration duration, long start) {
        return handle.createUpdate(
                                "insert into webhook_cursor (endpoint, last_done, attempts, claimed_by, claimed_until)"
                                        + " select :endpoint, :start, 0, :server, " + JdbiLeases.IN_MILLIS
                                        + " where not exists (select 1 from webhook_cursor where endpoint = :endpoint)")
                        .bind("endpoint", endpoint.toString())
                        .bind("start", start)
                        .bind("server", server)
                        .bind("millis", duration.toMillis())
                        .execute()
                == 1;
    }

    private static Optional<Cursor> find(Handle handle, URI endpoint, String server) {
        return handle.select(
                        "select last_done, attempts, retry_at from webhook_cursor"
                                + " where endpoint = ? and claimed_by = ?",
                        endpoint.toString(),
                        server)
                .map((row, _) -> new Cursor(row.getLong(1), row.getInt(2), Instants.find(row, 3)))
                .findOne();
    }

    @Override
    public void delivered(URI endpoint, String server, long number) {
        jdbi.useHandle(handle -> advance(handle, endpoint, server, number));
    }

    private static boolean advance(Handle handle, URI endpoint, String server, long number) {
        return handle.execute(
                        "update webhook_cursor set last_done = ?, attempts = 0, retry_at = null"
                                + " where endpoint = ? and claimed_by = ? and last_done < ?",
                        number,
                        endpoint.toString(),
                        server,
                        number)
                == 1;
    }

    @Override
    public void failed(URI endpoint, String server, int attempts, Instant retryAt) {
        jdbi.useHandle(handle -> handle.execute(
                "update webhook_cursor set attempts = ?, retry_at = ? where endpoint = ? and claimed_by = ?",
                attempts,
                Instants.utc(retryAt),
                endpoint.toString(),
                server));
    }

    @Override
    public void bury(String server, DeadLetter letter) {
        jdbi.useTransaction(handle -> {
            if (advance(handle, letter.endpoint(), server, letter.number())) {
                handle.execute(
                        "insert into webhook_dead_letter (endpoint, entry_number, attempts, reason, buried_at)"
                                + " values (?, ?, ?, ?, ?)",
                        letter.endpoint().toString(),
                        letter.number(),
                        letter.attempts(),
                        SandboxRow.storable(letter.reason()),
                        Instants.utc(letter.buriedAt()));
            }
        });
    }

    @Override
    public List<DeadLetter> listDead(int atMost) {
        return jdbi.withHandle(
                handle -> handle.select(LETTERS + " order by buried_at, endpoint, entry_number limit ?", atMost)
                        .map((row, _) -> read(row))
                        .list());
    }

    @Override
    public Optional<DeadLetter> findDead(URI endpoint, long number) {
        return jdbi.withHandle(handle -> handle.select(
                        LETTERS + " where endpoint = ? and entry_number = ?", endpoint.toString(), number)
                .map((row, _) -> read(row))
                .findOne());
    }

    private static DeadLetter read(ResultSet row) throws SQLException {
        return new DeadLetter(
                URI.create(row.getString(1)), row.getLong(2), row.getInt(3), row.getString(4), Instants.read(row, 5));
    }

    @Override
    public void removeDead(URI endpoint, long number) {
        jdbi.useHandle(handle -> handle.execute(
                "delete from webhook_dead_letter where endpoint = ? and entry_number = ?",
                endpoint.toString(),
                number));
    }

    @Override
    public int purgeDead(Instant before) {
        return jdbi.withHandle(
                handle -> handle.execute("delete from webhook_dead_letter where buried_at < ?", Instants.utc(before)));
    }
}
