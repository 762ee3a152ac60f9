package dev.sandkeep.adapters.runtime;

import dev.sandkeep.application.port.SandboxRuntime.WatchListener;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener to a runtime, as long as it wants to listen. Thread-safe: the lock is held while the listener is told
 * something, so that nothing is told after {@link #close}, and one thing at a time.
 */
public final class Telling implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Telling.class);

    private final WatchListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean connected;
    private boolean closed;

    public Telling(WatchListener listener) {
        this.listener = listener;
    }

    /** Tells whether the runtime is heard, if that is new to the listener. */
    public void tellConnection(boolean now) {
        lock.lock();
        try {
            if (connected != now) {
                connected = now;
                tell(now ? WatchListener::connected : WatchListener::disconnected);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells something, unless nobody listens any more. What the listener throws is logged. */
    public void tell(Consumer<WatchListener> event) {
        lock.lock();
        try {
            if (!closed) {
                event.accept(listener);
            }
        } catch (RuntimeException failed) {
            log.error("A listener to the runtime failed; it is told of the next event all the same", failed);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is told any more when this returns. Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
