package dev.sandkeep.application.exec;

import dev.sandkeep.domain.sandbox.SandboxException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that work with files may take in this server, for all sandboxes together: what is in it at a time cannot be
 * more than the server has, however many clients ask. Thread-safe.
 */
public final class TransferMemory {

    /** What a file on its way takes: what is read ahead of a slow reader, or one piece that waits to be written. */
    public static final int STREAM = 512 * 1024;

    /** Of all memory that this process may have. */
    private static final int PART = 4;

    private static final int UNIT = 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Semaphore units;
    private final Duration patience;

    /**
     * @param bytes at most so many at a time
     * @param patience how long to wait until there is room
     */
    public TransferMemory(long bytes, Duration patience) {
        this.units = new Semaphore(Math.toIntExact(Math.min(bytes / UNIT, Integer.MAX_VALUE)), true);
        this.patience = patience;
    }

    /** Leaves most of the memory to everything else. */
    public static TransferMemory of(long allMemory) {
        return new TransferMemory(allMemory / PART, PATIENCE);
    }

    /**
     * Takes some; waits until there is room for it.
     *
     * @throws SandboxException.Overloaded if there is none for a while
     */
    public Claim claim(long bytes) {
        Claim claim = new Claim();
        claim.add(bytes);
        return claim;
    }

    /** What somebody has of it, until it is closed. For one thread. */
    public final class Claim implements AutoCloseable {
        private int taken;

        private Claim() {}

        /**
         * Takes more; waits until there is room for it.
         *
         * @throws SandboxException.Overloaded if there is none for a while
         */
        public void add(long bytes) {
            int more = Math.toIntExact((bytes + UNIT - 1) / UNIT);
            try {
                if (!units.tryAcquire(more, patience.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new SandboxException.Overloaded(
                            "The server moves and lists as many files as it has memory for; try again in a moment",
                            RETRY);
                }
            } catch (InterruptedException stopped) {
                throw new IllegalStateException("Interrupted while waiting for memory", stopped);
            }
            taken += more;
        }

        /** Idempotent. */
        @Override
        public void close() {
            units.release(taken);
            taken = 0;
        }
    }
}
