package dev.sandkeep.application.journal;

import dev.sandkeep.application.port.Journal;
import dev.sandkeep.domain.sandbox.SandboxException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Lets somebody follow what becomes of sandboxes. */
public final class WatchEvents {

    /** How many of those who are behind read the journal at a time, so that they leave the database to others. */
    private static final int READERS = 2;

    private static final Duration RETRY = Duration.ofSeconds(10);

    private final Journal journal;
    private final JournalFeed feed;
    private final int most;
    private final Semaphore places;
    private final Semaphore readers = new Semaphore(READERS, true);

    /** @param most how many may watch at a time */
    public WatchEvents(Journal journal, JournalFeed feed, int most) {
        this.journal = journal;
        this.feed = feed;
        this.most = most;
        this.places = new Semaphore(most);
    }

    /**
     * Begins to watch. The watch must be closed.
     *
     * @param after the number of the last event that the watcher knows, 0 for the oldest that is kept, or null to begin
     *     with the next one
     * @throws SandboxException.Overloaded if too many watch already
     */
    public EventWatch watch(@Nullable Long after, EventFilter filter) {
        if (!places.tryAcquire()) {
            throw new SandboxException.Overloaded(most + " clients watch events already; try again later", RETRY);
        }
        try {
            long position = after == null ? journal.extent().last() : after;
            return new EventWatch(journal, feed, readers, position, filter, places::release);
        } catch (RuntimeException failed) {
            places.release();
            throw failed;
        }
    }
}
