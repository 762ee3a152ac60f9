package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.journal.AuditTrail;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes now and then what was collected for the audit trail, and the rest at the end. Thread-safe. */
public final class AuditWriter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AuditWriter.class);
    private static final Duration INTERVAL = Duration.ofMillis(250);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final AuditTrail trail;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    public AuditWriter(AuditTrail trail) {
        this.trail = trail;
        this.thread = Thread.ofVirtual().name("audit-writer").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        boolean failing = false;
        boolean last = false;
        while (!last) {
            try {
                last = closing.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
                trail.write();
                failing = false;
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException failed) {
                // To say it once is enough until it works again.
                if (!failing || last) {
                    log.error("The audit trail cannot be written; it will be tried again", failed);
                }
                failing = true;
            }
        }
    }

    /** Does not interrupt: the embedded database does not survive an interrupt in the middle of writing its file. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (!thread.join(GRACE)) {
                log.error("The audit trail could not be written to its end");
            }
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
