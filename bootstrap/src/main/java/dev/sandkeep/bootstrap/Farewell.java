package dev.sandkeep.bootstrap;

import dev.sandkeep.application.journal.JournalFeed;
import dev.sandkeep.application.lifecycle.SandboxChanges;
import dev.sandkeep.bootstrap.work.Readiness;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server does before it stops to listen: it says so, gives load balancers the time to notice, and lets go whoever
 * waits, who would otherwise be cut off.
 */
record Farewell(Readiness readiness, Duration drain, SandboxChanges changes, JournalFeed feed) {

    private static final Logger log = LoggerFactory.getLogger(Farewell.class);

    void say() {
        log.info("Stopping");
        readiness.stop();
        try {
            Thread.sleep(drain);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        changes.close();
        feed.close();
    }
}
