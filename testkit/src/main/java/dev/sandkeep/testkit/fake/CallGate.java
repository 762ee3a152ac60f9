package dev.sandkeep.testkit.fake;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A place that calls pass. Counts them; a test can close it, see that a call arrived, change the world, and open it
 * again. Or it can make the next calls fail. Thread-safe.
 */
public final class CallGate {

    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicReference<CountDownLatch> barrier = new AtomicReference<>(new CountDownLatch(0));
    private volatile @Nullable RuntimeException failure;

    /** How many calls arrived so far, those that are held included. */
    public int count() {
        return arrived.get();
    }

    /** From now on calls wait here. */
    public void close() {
        barrier.set(new CountDownLatch(1));
    }

    /** Lets waiting and later calls through. */
    public void open() {
        barrier.get().countDown();
    }

    /** From now on calls end with this; null to let them through again. */
    public void fail(@Nullable RuntimeException with) {
        failure = with;
    }

    void pass() {
        arrived.incrementAndGet();
        try {
            barrier.get().await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a test held this call", stopped);
        }
        RuntimeException wanted = failure;
        if (wanted != null) {
            throw wanted;
        }
    }
}
