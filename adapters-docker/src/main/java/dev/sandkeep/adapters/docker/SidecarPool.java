package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.exception.DockerException;
import dev.sandkeep.adapters.docker.SidecarSpecs.Kind;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps sidecars ready, so that a sandbox need not wait until its network is set up. One thread refills, one sidecar at
 * a time, so that the engine has room for sandboxes. Thread-safe.
 */
final class SidecarPool implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SidecarPool.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Sidecars sidecars;
    private final Containers containers;
    private final String instance;
    private final Map<Kind, Integer> sizes = new EnumMap<>(Kind.class);
    private final Map<Kind, BlockingQueue<String>> ready = new EnumMap<>(Kind.class);
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread = Thread.ofVirtual().name("sidecar-pool").unstarted(this::refillForEver);
    private volatile boolean closed;

    SidecarPool(Sidecars sidecars, Containers containers, DockerConfig config) {
        this.sidecars = sidecars;
        this.containers = containers;
        this.instance = config.instance();
        sizes.put(Kind.OPEN, config.requireEgress().spareOpen());
        sizes.put(Kind.GUARDING, config.requireEgress().spareGuarding());
        for (Kind kind : Kind.values()) {
            ready.put(kind, new LinkedBlockingQueue<>());
        }
    }

    /** Removes what an earlier server left, and begins to fill the pool. */
    void start() {
        thread.start();
    }

    /** Gives a ready sidecar to the sandbox; false if there is none, or the sandbox has one. */
    boolean claim(Kind kind, SandboxId id) {
        BlockingQueue<String> spares = queue(kind);
        for (String spare = spares.poll(); spare != null; spare = spares.poll()) {
            wanted.release();
            if (sidecars.claim(spare, id)) {
                return true;
            }
            if (sidecars.find(id).isPresent()) {
                spares.add(spare);
                return true;
            }
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
                        removeSpares();
                        swept = true;
                    }
                    refill();
                    failing = false;
                    wanted.acquire();
                    wanted.drainPermits();
                } catch (SandboxException | DockerException failed) {
                    // To say it once is enough until it works again.
                    if (!failing) {
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

    private void refill() {
        for (Optional<Kind> missing = missing(); missing.isPresent() && !closed; missing = missing()) {
            String name = SidecarSpecs.spareName(
                    instance, UUID.randomUUID().toString().substring(0, 8));
            sidecars.make(name, missing.get());
            queue(missing.get()).add(name);
        }
    }

    private Optional<Kind> missing() {
        return sizes.entrySet().stream()
                .filter(entry -> queue(entry.getKey()).size() < entry.getValue())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private void removeSpares() {
        containers.listSpares().forEach(containers::removeSidecar);
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
            removeSpares();
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        } catch (SandboxException | DockerException away) {
            log.info("Sidecars that were ready are left until the next start: {}", away.getMessage());
        }
    }
}
