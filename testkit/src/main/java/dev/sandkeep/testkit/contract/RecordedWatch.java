package dev.sandkeep.testkit.contract;

import dev.sandkeep.application.port.SandboxRuntime.WatchListener;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what a watch tells. Thread-safe. */
public final class RecordedWatch implements WatchListener {

    private final List<SandboxId> changed = new CopyOnWriteArrayList<>();
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger disconnected = new AtomicInteger();

    @Override
    public void changed(SandboxId id) {
        changed.add(id);
    }

    @Override
    public void connected() {
        connected.incrementAndGet();
    }

    @Override
    public void disconnected() {
        disconnected.incrementAndGet();
    }

    public List<SandboxId> changes() {
        return changed;
    }

    public int timesConnected() {
        return connected.get();
    }

    public int timesDisconnected() {
        return disconnected.get();
    }
}
