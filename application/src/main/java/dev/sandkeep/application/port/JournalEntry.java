package dev.sandkeep.application.port;

import dev.sandkeep.application.audit.Actor;
import dev.sandkeep.domain.sandbox.SandboxEvent;
import java.time.Instant;
import java.util.Objects;

/**
 * One entry of the journal.
 *
 * @param number its place in the journal, from 1
 * @param time when it was written
 * @param actor who did it
 */
public record JournalEntry(long number, Instant time, SandboxEvent event, Actor actor) {

    public JournalEntry {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(actor, "actor");
    }
}
