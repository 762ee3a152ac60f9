package dev.sandkeep.application.replica;

import dev.sandkeep.application.port.Leases;
import dev.sandkeep.application.port.Leases.Lease;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lease as one server has it, time and again. Has no thread of its own: {@link #tick} is called from outside, about
 * every second, and {@link #lapse} more often. Whoever does what the lease is for asks {@link #isHeld} before each effect;
 * that costs nothing, and turns false by itself, some time before another server can get the lease, if it could not be
 * renewed. Thread-safe: a lock guards the lease; it is not held while the leases are asked.
 */
public final class Tenure implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Tenure.class);

    /** How much earlier a lease ends here than where it is kept: for an effect that was just begun. */
    static final Duration MARGIN = Duration.ofSeconds(2);

    private final @Nullable Leases leases;
    private final String name;
    private final String holder;
    private final Duration duration;
    private final LongSupplier nanos;
    /** Null if the lease is not left to others. */
    private final @Nullable Handover handover;

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock ticking = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Lease lease;
    private long heldUntil;
    private long lastTerm;
    /** Whether a term began whose end was not noticed yet. */
    private boolean running;
    /** How many do something that they were asked for, and that is not to be cut short for another server. */
    private int users;

    /** Whether the leases could not be asked the last time; guarded by the lock of those who tick. */
    private boolean failing;

    private volatile boolean elsewhere;
    private volatile boolean closed;

    /** Told of the beginning and the end of each term, from the thread that ticks. Must return soon. */
    public interface Listener {
        /** The lease was got. */
        void gained();

        /** The lease ended, or may end at any moment. */
        void lost();
    }

    private Tenure(
            @Nullable Leases leases,
            @Nullable Handover handover,
            String name,
            String holder,
            Duration duration,
            LongSupplier nanos) {
        this.leases = leases;
        this.handover = handover;
        this.name = name;
        this.holder = holder;
        this.duration = duration;
        this.nanos = nanos;
    }

    /**
     * The tenure of one server among several.
     *
     * @param duration for how long the lease is got and renewed each time; longer than {@link #MARGIN}
     * @param nanos a clock that nobody sets, such as {@link System#nanoTime}
     */
    public static Tenure of(Leases leases, String name, String holder, Duration duration, LongSupplier nanos) {
        return new Tenure(leases, null, name, holder, duration, nanos);
    }

    /** The same, of a lease that any server may {@linkplain #during ask} the others for. */
    public static Tenure transferable(
            Leases leases, String name, String holder, Duration duration, LongSupplier nanos) {
        return new Tenure(leases, new Handover(leases, name, holder, nanos), name, holder, duration, nanos);
    }

    /** The tenure of a server that has its records for itself: there from the beginning, until it is closed. */
    public static Tenure ofOnlyServer() {
        Tenure tenure = new Tenure(null, null, "", "", Duration.ZERO, () -> 0);
        tenure.running = true;
        tenure.lastTerm = 1;
        return tenure;
    }

    /** Tells the listener of all terms that begin or end from now on. */
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** Whether the lease is held now, for sure. */
    public boolean isHeld() {
        return term() > 0;
    }

    /** Which term this is, counted from 1; 0 if the lease is not held. What was true in one term may not be in the next. */
    public long term() {
        lock.lock();
        try {
            return isCurrent() ? lastTerm : 0;
        } finally {
            lock.unlock();
        }
    }

    private boolean isCurrent() {
        return running && (leases == null || heldUntil - nanos.getAsLong() > 0);
    }

    /** Whether another server had the lease when it was last asked for. */
    public boolean isHeldElsewhere() {
        return elsewhere;
    }

    /**
     * Does something with the lease, which another server gives up for that if it has it. Blocks until then; the lease stays
     * here afterwards.
     *
     * @param patience how long to wait for it
     * @throws RuntimeUnavailable if it was not to be had in that time; then nothing was done
     */
    public <T> T during(Duration patience, Supplier<T> action) {
        if (handover != null) {
            return handover.during(this, patience, action);
        }
        if (!use()) {
            throw new RuntimeUnavailable("This server stops", null);
        }
        try {
            return action.get();
        } finally {
            endUse();
        }
    }

    /** Keeps the lease from being left to others until {@link #endUse}, if it is held; returns whether it is. */
    boolean use() {
        lock.lock();
        try {
            boolean held = isCurrent();
            users += held ? 1 : 0;
            return held;
        } finally {
            lock.unlock();
        }
    }

    void endUse() {
        lock.lock();
        try {
            users--;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Renews the lease, or tries to get it. Blocks as the leases do; if they cannot be asked, it tells so in the log and
     * changes nothing.
     */
    public void tick() {
        ticking.lock();
        try {
            if (leases != null && !closed) {
                tick(leases, nanos.getAsLong());
                failing = false;
            }
        } catch (RuntimeException failed) {
            // To say it once is enough until it works again.
            if (!failing) {
                log.warn("The lease {} cannot be asked for: {}", name, String.valueOf(failed.getMessage()));
            }
            failing = true;
        } finally {
            ticking.unlock();
        }
        lapse();
    }

    /** @param asked from when on a lease counts that is got now: before it was asked for */
    private void tick(Leases kept, long asked) {
        Lease present = currentLease();
        if (handover != null && handover.isLeft(present, () -> end(false), asked)) {
            elsewhere = true;
            return;
        }
        if (present != null && kept.renew(present, duration)) {
            begin(present, asked);
            return;
        }
        if (present != null) {
            end(true);
        }
        Lease got = kept.tryAcquire(name, holder, duration).orElse(null);
        elsewhere = got == null;
        if (got != null) {
            begin(got, asked);
        }
    }

    private @Nullable Lease currentLease() {
        lock.lock();
        try {
            return lease;
        } finally {
            lock.unlock();
        }
    }

    private void begin(Lease got, long asked) {
        boolean fresh;
        // A term that lapsed has ended for good, even if the same lease could still be renewed.
        lapse();
        lock.lock();
        try {
            lease = got;
            heldUntil = asked + duration.minus(MARGIN).toNanos();
            fresh = !running;
            if (fresh) {
                lastTerm++;
                running = true;
            }
        } finally {
            lock.unlock();
        }
        if (fresh) {
            log.info("This server has the lease {}", name);
            listeners.forEach(Listener::gained);
        }
    }

    /** Notices that the lease ended by itself, and tells so. Never blocks. */
    public void lapse() {
        boolean ended;
        lock.lock();
        try {
            ended = running && !isCurrent();
            if (ended) {
                running = false;
            }
        } finally {
            lock.unlock();
        }
        if (ended) {
            tellLoss();
        }
    }

    /** Returns whether the term has ended, which something that was asked for may keep it from. */
    private boolean end(boolean evenIfUsed) {
        boolean ended;
        lock.lock();
        try {
            if (users > 0 && !evenIfUsed) {
                return false;
            }
            ended = running;
            running = false;
            lease = null;
        } finally {
            lock.unlock();
        }
        if (ended && evenIfUsed) {
            tellLoss();
        } else if (ended) {
            listeners.forEach(Listener::lost);
        }
        return true;
    }

    private void tellLoss() {
        log.warn("This server has lost the lease {}", name);
        listeners.forEach(Listener::lost);
    }

    /**
     * Gives the lease back for good, so that another server need not wait for its end. The listeners are not told: whoever
     * calls this has stopped what the lease is for. Idempotent.
     */
    @Override
    public void close() {
        closed = true;
        ticking.lock();
        try {
            Lease given;
            lock.lock();
            try {
                given = lease;
                lease = null;
                running = false;
            } finally {
                lock.unlock();
            }
            if (leases != null && given != null) {
                leases.release(given);
            }
            if (handover != null) {
                handover.close();
            }
        } catch (RuntimeException failed) {
            log.info("The lease {} ends by itself: {}", name, String.valueOf(failed.getMessage()));
        } finally {
            ticking.unlock();
        }
    }
}
