package dev.sandkeep.application.journal;

import dev.sandkeep.application.port.Journal;
import dev.sandkeep.application.port.JournalEntry;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The newest entries of the journal, read once for all who follow it. Keeps a bounded number of them: whoever is further
 * behind reads the journal itself. Has no thread of its own; {@link #advance} is called from outside, whenever something
 * was written and now and then, since other servers may write too. Thread-safe.
 */
public final class JournalFeed implements AutoCloseable {

    private static final int KEPT = 512;
    private static final int AT_A_TIME = 256;

    private final Journal journal;
    private final ReentrantLock advancing = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final List<Consumer<JournalEntry>> listeners = new CopyOnWriteArrayList<>();
    private final NavigableMap<Long, JournalEntry> recent = new TreeMap<>();
    private long complete;
    private long last;
    private boolean closed;

    /** A feed of what is written from now on. */
    public JournalFeed(Journal journal) {
        this.journal = journal;
        last = journal.extent().last();
        complete = last;
    }

    /** Tells this of every entry from now on, in order, whichever server wrote it. It must return soon. */
    public void listen(Consumer<JournalEntry> listener) {
        listeners.add(listener);
    }

    /** Reads what is new, and tells those who wait. */
    public void advance() {
        advancing.lock();
        try {
            List<JournalEntry> next = journal.listAfter(last, AT_A_TIME);
            while (!next.isEmpty()) {
                append(next);
                next.forEach(entry -> listeners.forEach(listener -> listener.accept(entry)));
                next = next.size() < AT_A_TIME ? List.of() : journal.listAfter(last, AT_A_TIME);
            }
        } finally {
            advancing.unlock();
        }
    }

    private void append(List<JournalEntry> next) {
        lock.lock();
        try {
            next.forEach(entry -> recent.put(entry.number(), entry));
            last = next.getLast().number();
            while (recent.size() > KEPT) {
                complete = recent.pollFirstEntry().getKey();
            }
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until there is an entry after this number, the feed is closed, or the time is over.
     *
     * @return what is left of the time
     */
    Duration await(long number, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = atMost.toNanos();
            while (last <= number && !closed && left > 0) {
                left = news.awaitNanos(left);
            }
            return Duration.ofNanos(Math.max(0, left));
        } finally {
            lock.unlock();
        }
    }

    /** The entries after this number, in order; empty if some of them are not kept here any more. */
    Optional<List<JournalEntry>> find(long number, int atMost) {
        lock.lock();
        try {
            return number < complete
                    ? Optional.empty()
                    : Optional.of(recent.tailMap(number, false).values().stream()
                            .limit(atMost)
                            .toList());
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Tells all who follow that this server stops. Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
