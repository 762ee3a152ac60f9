package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.lifecycle.ProvisionSandbox;
import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A virtual thread per sandbox, held back by two fair semaphores: first for the image, then for the start, so that a
 * slow registry does not hold up sandboxes whose image is there. Thread-safe.
 */
public final class BoundedProvisioningQueue implements ProvisioningQueue, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BoundedProvisioningQueue.class);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final ProvisionSandbox provisioning;
    private final Semaphore pulls;
    private final Semaphore launches;
    private final int capacity;
    private final BiConsumer<String, Duration> waits;
    private final Set<SandboxId> queued = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** @param waits told how long each sandbox waited for its turn, and for what: {@code queue_pull}, {@code queue_launch} */
    public BoundedProvisioningQueue(
            ProvisionSandbox provisioning, int pulls, int launches, int capacity, BiConsumer<String, Duration> waits) {
        this.provisioning = provisioning;
        this.pulls = new Semaphore(pulls, true);
        this.launches = new Semaphore(launches, true);
        this.capacity = capacity;
        this.waits = waits;
    }

    @Override
    public void requireCapacity() {
        if (queued.size() >= capacity) {
            throw new SandboxException.Overloaded(
                    capacity + " sandboxes are being provisioned already; try again later", Duration.ofSeconds(5));
        }
    }

    @Override
    public boolean contains(SandboxId id) {
        return queued.contains(id);
    }

    @Override
    public void submit(SandboxId id, @Nullable RegistryCredentials credentials) {
        if (!isClosed() && queued.add(id)) {
            Map<String, String> context = Objects.requireNonNullElse(MDC.getCopyOfContextMap(), Map.of());
            threads.execute(() -> provision(id, credentials, context));
        }
    }

    /** How many sandboxes are being provisioned or wait for it. */
    public int length() {
        return queued.size();
    }

    /** @param context of the log, so that what happens in here is found under the id of the request that began it */
    private void provision(SandboxId id, @Nullable RegistryCredentials credentials, Map<String, String> context) {
        MDC.setContextMap(context);
        MDC.put("sandboxId", id.value());
        try {
            holding(pulls, "queue_pull", id, () -> provisioning.prepare(id, credentials));
            holding(launches, "queue_launch", id, () -> provisioning.launch(id));
        } catch (InterruptedException stopping) {
            // The record stays Pending; the next start goes on with it.
            Thread.currentThread().interrupt();
        } catch (RuntimeException failed) {
            if (!isClosed()) {
                log.error("Sandbox {} could not be provisioned; the next sweep tries again", id, failed);
            }
        } finally {
            queued.remove(id);
        }
    }

    /** Runs the step until the runtime is there for it; waits without holding anybody up. */
    private void holding(Semaphore permits, String turn, SandboxId id, Runnable step) throws InterruptedException {
        while (!isClosed()) {
            long start = System.nanoTime();
            permits.acquire();
            waits.accept(turn, Duration.ofNanos(System.nanoTime() - start));
            try {
                step.run();
                return;
            } catch (SandboxException.RuntimeUnavailable away) {
                log.warn("Sandbox {} waits for the container runtime: {}", id, away.getMessage());
                provisioning.waitForRuntime(id);
            } finally {
                permits.release();
            }
            if (closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Lets what is being started finish, for a few seconds; everything else is left to the next start. */
    @Override
    public void close() {
        closed.countDown();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException impatient) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
