package dev.sandkeep.application.lifecycle;

import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Tells those who wait for a sandbox in this process that it changed. Thread-safe; costs nothing for a sandbox that
 * nobody waits for.
 */
public final class SandboxChanges {

    private final Map<SandboxId, Collection<Waiter>> waiters = new ConcurrentHashMap<>();

    private volatile boolean closed;

    private record Waiter(Predicate<Sandbox> wanted, CompletableFuture<Optional<Sandbox>> found) {}

    /** Call this after a change became durable. */
    public void publish(Sandbox sandbox) {
        Collection<Waiter> interested = waiters.get(sandbox.id());
        if (interested != null) {
            interested.stream()
                    .filter(waiter -> waiter.wanted().test(sandbox))
                    .forEach(waiter -> waiter.found().complete(Optional.of(sandbox)));
        }
    }

    /** Call this when somebody else may have changed a sandbox; it is looked up only if somebody waits for it. */
    public void publish(SandboxId id, Supplier<Optional<Sandbox>> current) {
        if (waiters.containsKey(id)) {
            current.get().ifPresent(this::publish);
        }
    }

    /** Lets everybody who waits go on with the sandbox as it is, now and from now on: the server is being stopped. */
    public void close() {
        closed = true;
        waiters.values()
                .forEach(waiting -> waiting.forEach(waiter -> waiter.found().complete(Optional.empty())));
    }

    /**
     * The sandbox as soon as it is as wanted, or as {@code current} has it after that time or when nobody is to wait any
     * more.
     */
    Sandbox await(Supplier<Sandbox> current, Predicate<Sandbox> wanted, SandboxId id, Duration atMost) {
        Waiter waiter = new Waiter(wanted, new CompletableFuture<>());
        waiters.computeIfAbsent(id, _ -> new ConcurrentLinkedQueue<>()).add(waiter);
        try {
            // Looked up only now, so that a change just before this is not waited for in vain.
            Sandbox now = current.get();
            return closed || wanted.test(now)
                    ? now
                    : waiter.found()
                            .completeOnTimeout(Optional.empty(), atMost.toMillis(), TimeUnit.MILLISECONDS)
                            .join()
                            .orElseGet(current);
        } finally {
            waiters.computeIfPresent(id, (_, left) -> {
                left.remove(waiter);
                return left.isEmpty() ? null : left;
            });
        }
    }
}
