package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.SandboxRuntime.Watch;
import dev.sandkeep.application.port.SandboxRuntime.WatchListener;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Hands events to one listener, in order, on a thread of its own. Thread-safe. */
final class InMemoryWatch implements Watch {

    private final InMemoryEngine engine;
    private final String instance;
    private final WatchListener listener;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("in-memory-watch").factory());
    private boolean closed;

    InMemoryWatch(InMemoryEngine engine, String instance, WatchListener listener) {
        this.engine = engine;
        this.instance = instance;
        this.listener = listener;
    }

    void connection(boolean up) {
        tell(up ? WatchListener::connected : WatchListener::disconnected);
    }

    void changed(String owner, SandboxId id) {
        if (owner.equals(instance) && !engine.isAway()) {
            tell(told -> told.changed(id));
        }
    }

    private synchronized void tell(Consumer<WatchListener> event) {
        if (!closed) {
            thread.execute(() -> deliver(event));
        }
    }

    /** Holds the monitor, so that {@link #close} returns only when no call is under way. */
    private synchronized void deliver(Consumer<WatchListener> event) {
        if (!closed) {
            event.accept(listener);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        engine.watches.remove(this);
        thread.shutdown();
    }
}
