package dev.sandkeep.adapters.docker;

import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The engine stops the processes of a sandbox for a moment to save its files, and lets them go on by itself. To everybody
 * else the sandbox runs meanwhile, and nobody pauses or resumes it then: the engine would undo it. Thread-safe.
 */
final class Standstills {

    private static final int LOCKS = 256;

    private final Duration patience;
    private final Set<SandboxId> underWay = ConcurrentHashMap.newKeySet();
    private final ReentrantLock[] locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(ReentrantLock[]::new);

    /** @param patience how long a pause waits for a saving to end */
    Standstills(Duration patience) {
        this.patience = patience;
    }

    /** Saves files while nobody pauses or resumes the sandbox. */
    <T> T save(SandboxId id, Supplier<T> saving) {
        ReentrantLock lock = lockOf(id);
        lock.lock();
        try {
            return saving.get();
        } finally {
            lock.unlock();
        }
    }

    /** Stops the processes of a sandbox that runs for as long as this takes. */
    <T> T during(SandboxId id, Supplier<T> stop) {
        underWay.add(id);
        try {
            return stop.get();
        } finally {
            underWay.remove(id);
        }
    }

    /**
     * Pauses or resumes a sandbox while its files are not being saved.
     *
     * @throws RuntimeUnavailable if they still are after the time that was set
     */
    void change(SandboxId id, Runnable change) {
        ReentrantLock lock = lockOf(id);
        try {
            if (!lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new RuntimeUnavailable("The files of sandbox " + id + " are being saved", null);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailable("Stopped while the files of sandbox " + id + " were being saved", stopped);
        }
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    private ReentrantLock lockOf(SandboxId id) {
        return locks[Math.floorMod(id.hashCode(), LOCKS)];
    }

    /** What is to be reported of a sandbox that the engine shows like this. */
    Observation seen(SandboxId id, Observation observation) {
        return observation instanceof Observation.Paused && underWay.contains(id)
                ? new Observation.Running()
                : observation;
    }
}
