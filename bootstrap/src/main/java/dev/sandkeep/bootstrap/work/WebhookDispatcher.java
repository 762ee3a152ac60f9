package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.journal.DeliverWebhooks;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread for each receiver of webhooks, so that one that hangs holds up nobody else. Thread-safe. */
public final class WebhookDispatcher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WebhookDispatcher.class);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final DeliverWebhooks webhooks;
    private final List<Thread> threads;
    private final CountDownLatch closed = new CountDownLatch(1);

    public WebhookDispatcher(DeliverWebhooks webhooks, Collection<URI> endpoints) {
        this.webhooks = webhooks;
        this.threads = endpoints.stream()
                .map(endpoint ->
                        Thread.ofVirtual().name("webhook " + endpoint.getHost()).unstarted(() -> run(endpoint)))
                .toList();
    }

    public void start() {
        threads.forEach(Thread::start);
    }

    private void run(URI endpoint) {
        try {
            while (!closed.await(pause(endpoint).toMillis(), TimeUnit.MILLISECONDS)) {
                // Until it is closed.
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration pause(URI endpoint) {
        try {
            return webhooks.step(endpoint);
        } catch (RuntimeException failed) {
            if (closed.getCount() > 0) {
                log.error("A webhook could not be delivered to {}; it will be tried again", endpoint.getHost(), failed);
            }
            return DeliverWebhooks.IDLE;
        }
    }

    /** Does not interrupt: the embedded database does not survive an interrupt in the middle of reading its file. */
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
