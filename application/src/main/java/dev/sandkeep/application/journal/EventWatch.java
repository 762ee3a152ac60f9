package dev.sandkeep.application.journal;

import dev.sandkeep.application.port.Journal;
import dev.sandkeep.application.port.JournalEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One who follows the journal. Holds a position and nothing else: whoever reads slowly takes no memory, but finds the
 * entries in the journal when it gets to them. For one thread; only {@link #close} may come from another.
 */
public final class EventWatch implements AutoCloseable {

    private static final int AT_A_TIME = 100;

    /** After so many parts of the journal without anything that is wanted, the watcher is told how far it is. */
    private static final int MOST_PARTS = 20;

    private final Journal journal;
    private final JournalFeed feed;
    private final Semaphore readers;
    private final EventFilter filter;
    private final Runnable whenClosed;
    private final AtomicBoolean closed = new AtomicBoolean();
    private long position;
    private boolean begun;

    EventWatch(
            Journal journal,
            JournalFeed feed,
            Semaphore readers,
            long position,
            EventFilter filter,
            Runnable whenClosed) {
        this.journal = journal;
        this.feed = feed;
        this.readers = readers;
        this.position = position;
        this.filter = filter;
        this.whenClosed = whenClosed;
    }

    /** What there is to tell a watcher. Whoever resumes after {@code position} misses nothing. */
    public sealed interface News {

        long position();

        /** Events that the watcher wants, in order; at least one. */
        record Events(List<JournalEntry> entries, long position) implements News {
            public Events {
                entries = List.copyOf(entries);
            }
        }

        /** Nothing that it wants happened in that time. */
        record Quiet(long position) implements News {}

        /** Events that it has not seen are forgotten, or its position is not of this journal: it must look anew. */
        record Lost(long position) implements News {}

        /** The server stops; the watch has ended. */
        record Closing(long position) implements News {}
    }

    /** Waits for the next news, at most this long. */
    public News next(Duration atMost) throws InterruptedException {
        if (!begun) {
            begun = true;
            Journal.Extent extent = journal.extent();
            if (position > extent.last()) {
                position = extent.last();
                return new News.Lost(position);
            }
        }
        Duration left = atMost;
        for (int part = 0; part < MOST_PARTS; part++) {
            left = feed.await(position, left);
            if (feed.isClosed()) {
                return new News.Closing(position);
            }
            Optional<List<JournalEntry>> found = read();
            if (found.isEmpty()) {
                return new News.Lost(position);
            }
            List<JournalEntry> entries = found.get();
            if (!entries.isEmpty()) {
                position = entries.getLast().number();
            }
            List<JournalEntry> wanted = entries.stream().filter(filter::matches).toList();
            if (!wanted.isEmpty()) {
                return new News.Events(wanted, position);
            }
            if (entries.isEmpty() && left.isZero()) {
                break;
            }
        }
        return new News.Quiet(position);
    }

    /** What comes next, from the feed or from the journal; empty if some of it is forgotten. */
    private Optional<List<JournalEntry>> read() throws InterruptedException {
        Optional<List<JournalEntry>> recent = feed.find(position, AT_A_TIME);
        if (recent.isPresent()) {
            return recent;
        }
        readers.acquire();
        try {
            List<JournalEntry> entries = journal.listAfter(position, AT_A_TIME);
            long forgotten = journal.extent().forgotten();
            // Who begins at the beginning of what is kept knows nothing that could be incomplete.
            boolean complete = position == 0 || position >= forgotten;
            if (!complete || entries.isEmpty()) {
                position = Math.max(position, forgotten);
            }
            return complete ? Optional.of(entries) : Optional.empty();
        } finally {
            readers.release();
        }
    }

    /** Gives the place to another watcher. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            whenClosed.run();
        }
    }
}
