package dev.sandkeep.bootstrap.replica;

import dev.sandkeep.application.port.Leases;
import dev.sandkeep.application.port.Leases.Lease;
import dev.sandkeep.application.replica.Exclusion;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** By a lease for each sandbox, for as long as it takes; that of a dead server ends by itself. Thread-safe. */
final class LeasedExclusion implements Exclusion {

    private static final Logger log = LoggerFactory.getLogger(LeasedExclusion.class);
    private static final String NAME = "sandbox/";
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Leases leases;
    private final String server;
    private final Duration duration;
    private final Duration patience;
    /** So that two threads of one server are two holders. */
    private final AtomicLong actions = new AtomicLong();

    /**
     * Leases of one server.
     *
     * @param duration of a lease, which is renewed four times in that
     * @param patience how long to wait for somebody else
     */
    LeasedExclusion(Leases leases, String server, Duration duration, Duration patience) {
        this.leases = leases;
        this.server = server;
        this.duration = duration;
        this.patience = patience;
    }

    @Override
    public void during(SandboxId id, Runnable action) {
        Lease lease = acquire(id);
        try (Heartbeat heartbeat = new Heartbeat()) {
            heartbeat.every(duration.dividedBy(4), () -> leases.renew(lease, duration));
            action.run();
        } finally {
            release(lease);
        }
    }

    private void release(Lease lease) {
        try {
            leases.release(lease);
        } catch (RuntimeException failed) {
            log.info("The lease {} ends by itself: {}", lease.name(), String.valueOf(failed.getMessage()));
        }
    }

    private Lease acquire(SandboxId id) {
        String holder = server + "/" + actions.incrementAndGet();
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Optional<Lease> got = leases.tryAcquire(NAME + id.value(), holder, duration);
            if (got.isPresent()) {
                return got.get();
            }
            if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                throw new RuntimeUnavailable("Another server is at sandbox " + id + "; try again", null);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }
}
