package dev.sandkeep.adapters.persistence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sandkeep.application.audit.Actor;
import dev.sandkeep.application.port.Deed;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.Metadata;
import dev.sandkeep.domain.sandbox.SandboxEvent;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SnapshotId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The rows of {@code journal}, written by whoever changes a sandbox or a snapshot, in the same transaction. Thread-safe. */
final class JournalRows {

    /** In the order in which {@link #read} takes them. */
    static final String COLUMNS = "entry_number, written_at, sandbox_id, kind, state, reason, message, exit_code,"
            + " expires_at, policy_revision, labels, actor_kind, actor_name, request_id, snapshot_id";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private final InstantSource clock;

    JournalRows(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Writes the events as the last thing of a transaction. From here to its end all other writers of the journal wait:
     * the price of numbers that become visible in order.
     */
    void write(Handle handle, List<SandboxEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        handle.execute("update journal_head set last_number = last_number + ?", events.size());
        Actor actor = Actor.current();
        Instant now = clock.instant();
        for (int i = 0; i < events.size(); i++) {
            insert(handle, events.size() - 1 - i, events.get(i), actor, now);
        }
    }

    /** Writes what was done at other times by others, as the last thing of a transaction, too. */
    static void write(Handle handle, List<SandboxEvent> events, List<Deed> deeds) {
        if (events.isEmpty()) {
            return;
        }
        handle.execute("update journal_head set last_number = last_number + ?", events.size());
        for (int i = 0; i < events.size(); i++) {
            Deed deed = deeds.get(i);
            insert(handle, events.size() - 1 - i, events.get(i), deed.actor(), deed.time());
        }
    }

    /** @param fromLast how many entries of this transaction come after it */
    private static void insert(Handle handle, int fromLast, SandboxEvent event, Actor actor, Instant now) {
        SnapshotId snapshot = event.snapshotId();
        handle.createUpdate("insert into journal (" + COLUMNS + ") values ("
                        + "(select last_number from journal_head) - :fromLast, :now, :sandboxId, :kind, :state, :reason,"
                        + " :message, :exitCode, :expiresAt, :policyRevision, :labels, :actorKind, :actorName,"
                        + " :requestId, cast(:snapshotId as uuid))")
                .bind("fromLast", fromLast)
                .bind("now", Instants.utc(now))
                .bind("sandboxId", UUID.fromString(event.sandboxId().value()))
                .bind("kind", event.kind().name())
                .bind("state", name(event.state()))
                .bind("reason", name(event.reason()))
                .bind("message", SandboxRow.storable(event.message()))
                .bind("exitCode", event.exitCode())
                .bind("expiresAt", Instants.utc(event.expiresAt()))
                .bind("policyRevision", event.policyRevision())
                .bind("labels", write(event.metadata()))
                .bind("actorKind", actor.kind().name())
                .bind("actorName", actor.name())
                .bind("requestId", actor.requestId())
                .bind("snapshotId", snapshot == null ? null : UUID.fromString(snapshot.value()))
                .execute();
    }

    /**
     * What a newer server wrote of a kind, a state or a reason that is not known here is carried along: whoever reads the
     * journal has to come past it.
     *
     * @throws CorruptRow if no server can have written it
     */
    static JournalEntry read(ResultSet row) throws SQLException {
        long number = row.getLong(1);
        Instant time = Instants.read(row, 2);
        UUID snapshot = row.getObject(15, UUID.class);
        try {
            SandboxEvent event = new SandboxEvent(
                    kind(row.getString(4)),
                    SandboxId.of(row.getObject(3, UUID.class)),
                    snapshot == null ? null : SnapshotId.of(snapshot),
                    state(row.getString(5)),
                    row.getString(6).toLowerCase(Locale.ROOT),
                    row.getString(7),
                    row.getObject(8, Integer.class),
                    Instants.find(row, 9),
                    row.getLong(10),
                    new Metadata(MAPPER.readValue(row.getString(11), LABELS)));
            Actor actor = new Actor(Actor.Kind.valueOf(row.getString(12)), row.getString(13), row.getString(14));
            return new JournalEntry(number, time, event, actor);
        } catch (JsonProcessingException | InvalidValue | IllegalArgumentException broken) {
            throw new CorruptRow("journal entry " + number, "a column", "holds what no server writes");
        }
    }

    /**
     * Forgets what is older than {@code before} and concerns a sandbox that is forgotten, a renewal or a deed. A lower number
     * cannot appear any more once a higher one is seen, so nothing slips in between the two statements.
     */
    static void forget(Handle handle, Instant before) {
        String old = " from journal where written_at < :before and (kind in ('EXPIRY_RENEWED', 'EXECUTED')"
                + " or not exists (select 1 from sandbox where sandbox.id = journal.sandbox_id))";
        handle.createQuery("select max(entry_number)" + old)
                .bind("before", Instants.utc(before))
                .mapTo(Long.class)
                .findOne()
                .ifPresent(highest -> {
                    handle.createUpdate("delete" + old + " and entry_number <= :highest")
                            .bind("before", Instants.utc(before))
                            .bind("highest", highest)
                            .execute();
                    handle.execute(
                            "update journal_head set forgotten_through = ? where forgotten_through < ?",
                            highest,
                            highest);
                });
    }

    private static SandboxEvent.Kind kind(String name) {
        return Arrays.stream(SandboxEvent.Kind.values())
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .orElse(SandboxEvent.Kind.OTHER);
    }

    /** States and reasons are stored in capitals. */
    private static String name(String word) {
        return word.toUpperCase(Locale.ROOT);
    }

    private static String state(String name) {
        return name.substring(0, 1) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    private static String write(Metadata metadata) {
        try {
            return MAPPER.writeValueAsString(metadata.labels());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Labels cannot be written", impossible);
        }
    }
}
