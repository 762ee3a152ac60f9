package dev.sandkeep.adapters.http.proxy;

import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** The ports that answered before, as far as remembered: who listened once is down now, rather than not up yet. */
final class AnsweringPorts {

    private static final int REMEMBERED = 10_000;

    private record Port(SandboxId id, int port) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Port, Boolean> answered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Port, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    void add(ProxiedPath path) {
        lock.lock();
        try {
            answered.put(new Port(path.sandbox(), path.port()), true);
        } finally {
            lock.unlock();
        }
    }

    boolean contains(ProxiedPath path) {
        lock.lock();
        try {
            return answered.containsKey(new Port(path.sandbox(), path.port()));
        } finally {
            lock.unlock();
        }
    }
}
