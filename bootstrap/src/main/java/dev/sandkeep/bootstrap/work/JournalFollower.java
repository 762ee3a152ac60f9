package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.journal.JournalFeed;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the feed of the journal current: at once after this server wrote something, and now and then for what other
 * servers on the same database write. Thread-safe.
 */
public final class JournalFollower implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JournalFollower.class);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final JournalFeed feed;
    private final Duration interval;
    private final Semaphore written = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    public JournalFollower(JournalFeed feed, Duration interval) {
        this.feed = feed;
        this.interval = interval;
        this.thread = Thread.ofVirtual().name("journal-follower").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Something was written. Returns at once. */
    public void written() {
        written.release();
    }

    private void run() {
        boolean failing = false;
        while (!closed) {
            try {
                boolean here = written.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS);
                int more = written.drainPermits();
                log.trace("Reading the journal; written here {} times", here ? more + 1 : 0);
                feed.advance();
                failing = false;
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException failed) {
                // To say it once is enough until it works again.
                if (!failing) {
                    log.error("The journal cannot be read; it will be tried again", failed);
                }
                failing = true;
            }
        }
    }

    /** Does not interrupt: the embedded database does not survive an interrupt in the middle of reading its file. */
    @Override
    public void close() {
        closed = true;
        written.release();
        try {
            thread.join(GRACE);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
