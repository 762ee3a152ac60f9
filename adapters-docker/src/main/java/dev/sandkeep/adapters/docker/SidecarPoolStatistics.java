package dev.sandkeep.adapters.docker;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/** How well the sidecars that are kept ready serve, for one kind of them. Thread-safe. */
public final class SidecarPoolStatistics {

    private final String kind;
    private final int wanted;
    private final IntSupplier ready;
    private final LongAdder claims = new LongAdder();
    private final LongAdder misses = new LongAdder();

    SidecarPoolStatistics(String kind, int wanted, IntSupplier ready) {
        this.kind = kind;
        this.wanted = wanted;
        this.ready = ready;
    }

    void countClaim(boolean served) {
        (served ? claims : misses).increment();
    }

    /** {@code open} or {@code guarding}. */
    public String kind() {
        return kind;
    }

    /** How many are to be kept ready. */
    public int wanted() {
        return wanted;
    }

    /** How many are ready now. */
    public int ready() {
        return ready.getAsInt();
    }

    /** How often a sandbox got one that was ready. */
    public long claims() {
        return claims.sum();
    }

    /** How often none was ready, so that the sandbox had to wait for one. */
    public long misses() {
        return misses.sum();
    }
}
