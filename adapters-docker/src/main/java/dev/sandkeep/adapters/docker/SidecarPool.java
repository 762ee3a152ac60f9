package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.exception.DockerException;
import dev.sandkeep.adapters.docker.SidecarSpecs.Kind;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps sidecars ready, so that a sandbox need not wait until its network is set up. One thread refills, a few sidecars at
 * a time, while no sandbox is being started. Thread-safe.
 */
final class SidecarPool implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SidecarPool.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** How long nothing must have been started before the pool is refilled, and how long it waits for that at most. */
    private static final Duration QUIET = Duration.ofMillis(500);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int AT_A_TIME = 2;
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Sidecars sidecars;
    private final Containers containers;
    private final SidecarOwner owner;
    private final String instance;
    private final Map<Kind, Integer> sizes = new EnumMap<>(Kind.class);
    private final Map<Kind, BlockingQueue<String>> ready = new EnumMap<>(Kind.class);
    private final Map<Kind, SidecarPoolStatistics> statistics = new EnumMap<>(Kind.class);
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread = Thread.ofVirtual().name("sidecar-pool").unstarted(this::refillForEver);
    private final AtomicInteger launches = new AtomicInteger();
    private volatile long lastLaunch = System.nanoTime() - QUIET.toNanos();
    private volatile boolean closed;

    SidecarPool(Sidecars sidecars, Containers containers, SidecarOwner owner, DockerConfig config) {
        this.sidecars = sidecars;
        this.containers = containers;
        this.owner = owner;
        this.instance = config.instance();
        sizes.put(Kind.OPEN, config.requireEgress().spareOpen());
        sizes.put(Kind.GUARDING, config.requireEgress().spareGuarding());
        for (Kind kind : Kind.values()) {
            BlockingQueue<String> spares = new LinkedBlockingQueue<>();
            ready.put(kind, spares);
            statistics.put(
                    kind,
                    new SidecarPoolStatistics(
                            kind.name().toLowerCase(Locale.ROOT),
                            Objects.requireNonNull(sizes.get(kind)),
                            spares::size));
        }
    }

    /** Removes what earlier servers left, and begins to fill the pool. */
    void start() {
        thread.start();
    }

    /** While any of these is open, and for a moment after, nothing is refilled. */
    interface Pause extends AutoCloseable {
        @Override
        void close();
    }

    Pause pause() {
        launches.incrementAndGet();
        return () -> {
            lastLaunch = System.nanoTime();
            launches.decrementAndGet();
        };
    }

    /** Gives a ready sidecar to the sandbox; false if there is none. If the sandbox has one already, it keeps that. */
    boolean claim(Kind kind, SandboxId id) {
        boolean served = take(kind, id);
        Objects.requireNonNull(statistics.get(kind)).countClaim(served);
        return served;
    }

    /** Whether a sidecar of this name is ready, is being made, or is just being given to a sandbox; here or elsewhere. */
    boolean knows(String name) {
        return known.contains(name) || owner.isOfAnother(instance, name);
    }

    List<SidecarPoolStatistics> statistics() {
        return List.copyOf(statistics.values());
    }

    private boolean take(Kind kind, SandboxId id) {
        BlockingQueue<String> spares = queue(kind);
        for (String spare = spares.poll(); spare != null; spare = spares.poll()) {
            wanted.release();
            if (sidecars.claim(spare, id)) {
                known.remove(spare);
                return true;
            }
            if (sidecars.find(id).isPresent()) {
                spares.add(spare);
                return true;
            }
            known.remove(spare);
        }
        return false;
    }

    private BlockingQueue<String> queue(Kind kind) {
        return Objects.requireNonNull(ready.get(kind));
    }

    private void refillForEver() {
        boolean swept = false;
        boolean failing = false;
        try {
            while (!closed) {
                try {
                    if (!swept) {
                        removeSpares(name -> !knows(name));
                        swept = true;
                    }
                    refill();
                    failing = false;
                    wanted.acquire();
                    wanted.drainPermits();
                } catch (SandboxException | DockerException failed) {
                    // To say it once is enough until it works again.
                    if (!failing && !closed) {
                        log.warn("No sidecar can be made ready: {}", failed.getMessage());
                    }
                    failing = true;
                    waitBeforeRetry();
                }
            }
        } catch (InterruptedException stopped) {
            log.warn("The pool of sidecars is not refilled any more", stopped);
        }
    }

    private void waitBeforeRetry() throws InterruptedException {
        if (wanted.tryAcquire(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
            // Somebody took one, or the pool is being closed; the loop finds out.
            wanted.drainPermits();
        }
    }

    private void refill() throws InterruptedException {
        for (List<Kind> missing = missing(); !missing.isEmpty() && !closed; missing = missing()) {
            awaitQuiet();
            makeAll(missing.subList(0, Math.min(missing.size(), AT_A_TIME)));
        }
    }

    /** What is made now would take the processors from sandboxes that somebody waits for; but it must not wait for ever. */
    private void awaitQuiet() throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST_PAUSE.toNanos();
        while (!closed && !isQuiet() && System.nanoTime() - deadline < 0) {
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
    }

    private boolean isQuiet() {
        return launches.get() == 0 && System.nanoTime() - lastLaunch > QUIET.toNanos();
    }

    private void makeAll(List<Kind> kinds) throws InterruptedException {
        List<Future<?>> making = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            kinds.forEach(kind -> making.add(threads.submit(() -> make(kind))));
        }
        for (Future<?> made : making) {
            try {
                made.get();
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof RuntimeException why ? why : new IllegalStateException(failed);
            }
        }
    }

    private void make(Kind kind) {
        String name = SidecarSpecs.spareName(
                instance, owner.server(), UUID.randomUUID().toString().substring(0, 8));
        known.add(name);
        try {
            sidecars.makeReady(name, kind);
        } catch (RuntimeException failed) {
            // What may be there of it all the same is for the next comparison to find.
            known.remove(name);
            throw failed;
        }
        queue(kind).add(name);
    }

    /** One entry for each that is missing, of the kinds in turn. */
    private List<Kind> missing() {
        Map<Kind, Integer> left = new EnumMap<>(sizes);
        left.replaceAll((kind, size) -> size - queue(kind).size());
        List<Kind> missing = new ArrayList<>();
        while (left.values().stream().anyMatch(count -> count > 0)) {
            left.replaceAll((kind, count) -> {
                if (count > 0) {
                    missing.add(kind);
                }
                return count - 1;
            });
        }
        return missing;
    }

    private void removeSpares(Predicate<String> which) {
        containers.listSpares().stream().filter(which).forEach(containers::removeSidecar);
    }

    /** Removes those that are ready. What cannot be removed is removed at the next start. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        wanted.release();
        try {
            // One that is being made is waited for, to be removed as well.
            thread.join(GRACE);
            removeSpares(name -> owner.made(instance, name));
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        } catch (SandboxException | DockerException away) {
            log.info("Sidecars that were ready are left until the next start: {}", away.getMessage());
        }
    }
}
