package dev.sandkeep.application.replica;

import dev.sandkeep.application.port.Leases;
import dev.sandkeep.application.port.Leases.Lease;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a lease gets from one server to another that needs it now. Who needs it says so by a lease of its own, its wish;
 * who has it, and does nothing with it that it was asked for itself, gives it up then, and nobody else takes it. A server
 * that knows of no wishes keeps it.
 */
final class Handover {

    private static final Logger log = LoggerFactory.getLogger(Handover.class);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Leases leases;
    private final String name;
    private final String wishes;
    private final String holder;
    private final LongSupplier nanos;

    /** What was given up, and when; guarded by the lock of those who tick. It is released when the last effect is over. */
    private @Nullable Lease leaving;

    private long leftAt;

    Handover(Leases leases, String name, String holder, LongSupplier nanos) {
        this.leases = leases;
        this.name = name;
        this.wishes = name + "/wish/";
        this.holder = holder;
        this.nanos = nanos;
    }

    /**
     * Whether the lease is left to another server, which this begins, goes on with or ends.
     *
     * @param present the lease if this server has it
     * @param giveUp ends what this server does with it; returns false if that is not to be cut short
     */
    boolean isLeft(@Nullable Lease present, BooleanSupplier giveUp, long now) {
        Lease given = leaving;
        if (given != null && now - leftAt >= Tenure.MARGIN.toNanos()) {
            leases.release(given);
            leaving = null;
        }
        if (leaving != null) {
            return true;
        }
        Set<String> wishing = leases.listHeld(wishes);
        if (wishing.isEmpty() || wishing.contains(wishes + holder)) {
            return false;
        }
        if (present != null) {
            if (!giveUp.getAsBoolean()) {
                return false;
            }
            log.info("This server gives up the lease {}, since another one asks for it", name);
            leaving = present;
            leftAt = now;
        }
        return true;
    }

    /** As {@link Tenure#during}. */
    <T> T during(Tenure tenure, Duration patience, Supplier<T> action) {
        Lease wish = null;
        long asked = nanos.getAsLong();
        try {
            while (!tenure.use()) {
                if (nanos.getAsLong() - asked > patience.toNanos()) {
                    throw new RuntimeUnavailable(
                            "The server on this database that could do this has something else to do; try again", null);
                }
                if (wish == null) {
                    wish = leases.tryAcquire(wishes + holder, holder, patience).orElse(null);
                }
                tenure.tick();
                pause();
            }
        } finally {
            // Whoever has it needs no wish, and must not keep others from theirs.
            if (wish != null) {
                leases.release(wish);
            }
        }
        try {
            return action.get();
        } finally {
            tenure.endUse();
        }
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        } catch (InterruptedException stopped) {
            throw new RuntimeUnavailable("This server stops", stopped);
        }
    }

    /** Gives back what was given up and not released yet. */
    void close() {
        Lease given = leaving;
        if (given != null) {
            leases.release(given);
            leaving = null;
        }
    }
}
