package dev.sandkeep.application.exec;

import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that work with files may take in this server, for all sandboxes together: what is in it at a time cannot be
 * more than the server has, however many clients ask. One sandbox gets a part of it at most, so that its slow clients
 * leave room for others. Thread-safe.
 */
public final class TransferMemory {

    /** What a file on its way takes: what is read ahead of a slow reader, or one piece that waits to be written. */
    public static final int STREAM = 512 * 1024;

    /** What any one piece of work must be able to have, however little there is: a large file and its way back. */
    private static final int LARGEST_WORK = 16 * 1024 * 1024 + STREAM;

    /** Of all memory that this process may have. */
    private static final int PART = 4;

    /** Of that, for one sandbox. */
    private static final int SHARE = 4;

    private static final int UNIT = 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Semaphore units;
    private final int mostTransfers;
    private final int mostUnits;
    private final Duration patience;
    private final ConcurrentMap<SandboxId, Share> shares = new ConcurrentHashMap<>();

    /**
     * Nothing is taken of it.
     *
     * @param bytes at most so many at a time
     * @param patience how long to wait until there is room
     */
    public TransferMemory(long bytes, Duration patience) {
        int all = Math.toIntExact(Math.min(bytes / UNIT, Integer.MAX_VALUE));
        this.units = new Semaphore(all, true);
        this.mostTransfers = Math.max(1, all / SHARE / (STREAM / UNIT));
        this.mostUnits = Math.max(all / SHARE, LARGEST_WORK / UNIT);
        this.patience = patience;
    }

    /** Leaves most of the memory to everything else. */
    public static TransferMemory of(long allMemory) {
        return new TransferMemory(allMemory / PART, PATIENCE);
    }

    /**
     * Takes what a file on its way needs; waits until there is room for it.
     *
     * @throws SandboxException.Overloaded if there is none for a while
     */
    public Claim transfer(SandboxId sandbox) {
        return claim(sandbox, 1, STREAM);
    }

    /**
     * Takes some for other work; waits until there is room for it.
     *
     * @throws SandboxException.Overloaded if there is none for a while
     */
    public Claim claim(SandboxId sandbox, long bytes) {
        return claim(sandbox, 0, bytes);
    }

    private Claim claim(SandboxId sandbox, int transfers, long bytes) {
        Claim claim = new Claim(sandbox, join(sandbox));
        try {
            claim.add(transfers, bytes);
            return claim;
        } catch (RuntimeException refused) {
            claim.close();
            throw refused;
        }
    }

    private Share join(SandboxId sandbox) {
        return shares.compute(sandbox, (_, share) -> {
            Share joined = share == null ? new Share() : share;
            joined.claims++;
            return joined;
        });
    }

    private void leave(SandboxId sandbox) {
        shares.computeIfPresent(sandbox, (_, share) -> --share.claims == 0 ? null : share);
    }

    /** How many sandboxes have something of it, or wait for it. */
    int sandboxes() {
        return shares.size();
    }

    /** What one sandbox may still have. */
    private final class Share {
        private final Semaphore transfers = new Semaphore(mostTransfers, true);
        private final Semaphore units = new Semaphore(mostUnits, true);

        /** Changed within the map only. */
        private int claims;
    }

    /** What somebody has of it, until it is closed. For one thread. */
    public final class Claim implements AutoCloseable {
        private final SandboxId sandbox;
        private final Share share;
        private int transfers;
        private int taken;
        private boolean closed;

        private Claim(SandboxId sandbox, Share share) {
            this.sandbox = sandbox;
            this.share = share;
        }

        /**
         * Takes more; waits until there is room for it.
         *
         * @throws SandboxException.Overloaded if there is none for a while
         */
        public void add(long bytes) {
            add(0, bytes);
        }

        private void add(int moreTransfers, long bytes) {
            int more = Math.toIntExact((bytes + UNIT - 1) / UNIT);
            try {
                // Who waits for its own sandbox must not keep the room of others.
                acquire(share.transfers, moreTransfers, "sandbox");
                transfers += moreTransfers;
                acquire(share.units, more, "sandbox");
                try {
                    acquire(units, more, "server");
                    taken += more;
                } catch (RuntimeException | InterruptedException refused) {
                    share.units.release(more);
                    throw refused;
                }
            } catch (InterruptedException stopped) {
                throw new IllegalStateException("Interrupted while waiting for memory", stopped);
            }
        }

        private void acquire(Semaphore from, int permits, String whose) throws InterruptedException {
            // Even for nothing, a fair semaphore lets those go first who wait.
            if (permits > 0 && !from.tryAcquire(permits, patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new SandboxException.Overloaded(
                        "The " + whose + " moves and lists as many files as it may at a time; try again in a moment",
                        RETRY);
            }
        }

        /** Idempotent. */
        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            units.release(taken);
            share.units.release(taken);
            share.transfers.release(transfers);
            leave(sandbox);
        }
    }
}
