package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.audit.Actor;
import dev.sandkeep.application.port.Deed;
import dev.sandkeep.application.port.Journal;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.domain.sandbox.SandboxEvent;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The journal of an {@link InMemorySandboxRepository}. Thread-safe: one lock guards everything. */
public final class InMemoryJournal implements Journal {

    private final InstantSource clock;
    private final NavigableMap<Long, JournalEntry> entries = new TreeMap<>();
    private long last;
    private long forgotten;

    InMemoryJournal(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void write(List<SandboxEvent> events) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        for (SandboxEvent event : events) {
            last++;
            entries.put(last, new JournalEntry(last, now, event, Actor.current()));
        }
    }

    synchronized void write(SandboxEvent event, Deed deed) {
        last++;
        entries.put(last, new JournalEntry(last, deed.time().truncatedTo(ChronoUnit.MICROS), event, deed.actor()));
    }

    /** Forgets what is older, and concerns a sandbox that is not known any more, a renewal or a deed. */
    synchronized void forget(Instant before, Predicate<SandboxId> isKnown) {
        List<Long> old = entries.values().stream()
                .filter(entry -> entry.time().isBefore(before))
                .filter(entry -> entry.event().kind() == SandboxEvent.Kind.EXPIRY_RENEWED
                        || entry.event().kind() == SandboxEvent.Kind.EXECUTED
                        || !isKnown.test(entry.event().sandboxId()))
                .map(JournalEntry::number)
                .toList();
        old.forEach(entries::remove);
        forgotten = Math.max(forgotten, old.isEmpty() ? 0 : old.getLast());
    }

    @Override
    public synchronized List<JournalEntry> listAfter(long number, int atMost) {
        return entries.tailMap(number, false).values().stream().limit(atMost).toList();
    }

    @Override
    public synchronized List<JournalEntry> listOf(SandboxId id, long number, int atMost) {
        return entries.tailMap(number, false).values().stream()
                .filter(entry -> entry.event().sandboxId().equals(id))
                .limit(atMost)
                .toList();
    }

    @Override
    public synchronized Extent extent() {
        return new Extent(last, forgotten);
    }
}
