package dev.sandkeep.adapters.k8s;

import dev.sandkeep.adapters.runtime.Telling;
import dev.sandkeep.application.port.SandboxRuntime.Watch;
import dev.sandkeep.application.port.SandboxRuntime.WatchListener;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The Pods of one instance as the watch shows them. What is here is never older than what was here before, but may be a
 * moment behind the cluster: whoever misses a Pod has to ask the cluster itself. Thread-safe; the lock guards all fields
 * and is not held while listeners are told.
 */
final class Pods {

    /** Other instances may have Pods in the same namespace, which are heard of, too, and never seen. */
    private static final int MOST_BEGUN = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Pod> byName = new HashMap<>();
    private final CopyOnWriteArrayList<Telling> listeners = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<Consumer<Pod>> undertakers = new CopyOnWriteArrayList<>();
    private boolean connected;

    /** The Pods of which the status may not tell yet that they began: their names, and which one of that name it is. */
    private final Map<String, String> begun = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST_BEGUN;
        }
    };

    /** Calls {@code told} with every Pod that is gone. */
    void whenGone(Consumer<Pod> told) {
        undertakers.add(told);
    }

    /** All at once, after a list. */
    void replace(Map<String, Pod> listed) {
        Map<String, Pod> before;
        lock.lock();
        try {
            before = new HashMap<>(byName);
            byName.clear();
            listed.forEach((name, pod) -> byName.put(name, withBegin(pod)));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        listed.forEach((name, pod) -> tell(before.remove(name), pod));
        before.values().forEach(gone -> tell(gone, null));
    }

    /** The sandbox of this Pod began, which its status may tell later. */
    void begun(String name, String uid) {
        lock.lock();
        try {
            begun.put(name, uid);
            Pod present = byName.get(name);
            if (present != null) {
                byName.put(name, withBegin(present));
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private Pod withBegin(Pod pod) {
        String uid = begun.get(pod.getMetadata().getName());
        return uid != null && uid.equals(pod.getMetadata().getUid()) ? BegunPods.of(pod) : pod;
    }

    void put(Pod pod) {
        tell(exchange(pod.getMetadata().getName(), pod), pod);
    }

    void remove(Pod pod) {
        Pod before = exchange(pod.getMetadata().getName(), null);
        tell(before == null ? pod : before, null);
    }

    private @Nullable Pod exchange(String name, @Nullable Pod pod) {
        lock.lock();
        try {
            Pod before = pod == null ? byName.remove(name) : byName.put(name, withBegin(pod));
            changed.signalAll();
            return before;
        } finally {
            lock.unlock();
        }
    }

    /** Of its launch whoever launched it knows; a begin that was heard of is as good as one that the status tells. */
    private void tell(@Nullable Pod before, @Nullable Pod after) {
        if (after == null && before != null) {
            undertakers.forEach(undertaker -> undertaker.accept(before));
        }
        Pod either = after == null ? before : after;
        if (either == null || isNothingNew(before, after)) {
            return;
        }
        PodNotes.sandboxId(either)
                .ifPresent(id -> listeners.forEach(telling -> telling.tell(listener -> listener.changed(id))));
    }

    private static boolean isNothingNew(@Nullable Pod before, @Nullable Pod after) {
        if (after == null) {
            return false;
        }
        Observation now = PodObservations.of(after);
        return now instanceof Observation.Created
                || (before == null
                        ? now instanceof Observation.Running
                        : now.equals(PodObservations.of(before))
                                || (now instanceof Observation.Running
                                        && PodObservations.of(before) instanceof Observation.Created));
    }

    void connected() {
        if (setConnected(true)) {
            listeners.forEach(telling -> telling.tellConnection(true));
        }
    }

    void disconnected() {
        if (setConnected(false)) {
            listeners.forEach(telling -> telling.tellConnection(false));
        }
    }

    private boolean setConnected(boolean now) {
        lock.lock();
        try {
            boolean before = connected;
            connected = now;
            changed.signalAll();
            return before != now;
        } finally {
            lock.unlock();
        }
    }

    private boolean isConnected() {
        lock.lock();
        try {
            return connected;
        } finally {
            lock.unlock();
        }
    }

    /** @throws RuntimeUnavailable if the cluster is not watched, so that nothing is known for sure */
    private void requireConnected() {
        if (!connected) {
            throw new RuntimeUnavailable("The cluster's API server cannot be reached", null);
        }
    }

    /** @throws RuntimeUnavailable if the cluster is not watched even after this time */
    void awaitConnection(Duration limit) {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (!connected && left > 0) {
                left = changed.awaitNanos(left);
            }
            requireConnected();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailable("The cluster was not waited for", stopped);
        } finally {
            lock.unlock();
        }
    }

    Optional<Pod> find(String name) {
        lock.lock();
        try {
            requireConnected();
            return Optional.ofNullable(byName.get(name));
        } finally {
            lock.unlock();
        }
    }

    List<Pod> list() {
        lock.lock();
        try {
            requireConnected();
            return List.copyOf(byName.values());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until what is here of this name is as wanted.
     *
     * @return whether it is, before the time is over
     * @throws RuntimeUnavailable if the cluster is not watched any more
     */
    boolean await(String name, Predicate<@Nullable Pod> wanted, Duration limit) {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (true) {
                requireConnected();
                if (wanted.test(byName.get(name))) {
                    return true;
                }
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailable("A Pod was not waited for", stopped);
        } finally {
            lock.unlock();
        }
    }

    Watch watch(WatchListener listener) {
        Telling telling = new Telling(listener);
        listeners.add(telling);
        if (isConnected()) {
            Thread.ofVirtual().name("pod-watch-greeting").start(() -> telling.tellConnection(true));
        }
        return () -> {
            telling.close();
            listeners.remove(telling);
        };
    }
}
