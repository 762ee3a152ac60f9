package dev.sandkeep.bootstrap.replica;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does things again and again, each on a thread of its own, so that one that waits for the database delays no other. */
final class Heartbeat implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Begins at once. */
    void every(Duration pause, Runnable beat) {
        threads.add(Thread.ofVirtual().name("heartbeat").start(() -> beatForEver(pause, beat)));
    }

    private void beatForEver(Duration pause, Runnable beat) {
        boolean failing = false;
        try {
            do {
                failing = beatOnce(beat, failing);
            } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether it failed. To say it once is enough until it works again. */
    private static boolean beatOnce(Runnable beat, boolean failing) {
        try {
            beat.run();
            return false;
        } catch (RuntimeException failed) {
            if (!failing) {
                log.warn("The database cannot be asked who is on it: {}", String.valueOf(failed.getMessage()));
            }
            return true;
        }
    }

    /** Waits for what is being done, for a few seconds. Idempotent. */
    @Override
    public void close() {
        closed.countDown();
        try {
            for (Thread thread : threads) {
                thread.join(GRACE);
            }
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
