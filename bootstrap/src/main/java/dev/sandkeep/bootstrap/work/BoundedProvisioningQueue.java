package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.lifecycle.ProvisionSandbox;
import dev.sandkeep.application.port.ProvisioningClaims;
import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.application.replica.Tenure;
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
 * slow registry does not hold up sandboxes whose image is there. Before each step the sandbox must be this server's; in
 * the usual case that is known without asking. Thread-safe.
 */
public final class BoundedProvisioningQueue implements ProvisioningQueue, Tenure.Listener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BoundedProvisioningQueue.class);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration RETRY_AFTER_FAILURE = Duration.ofSeconds(15);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final ProvisionSandbox provisioning;
    private final ProvisioningClaims claims;
    private final Tenure life;
    private final Semaphore pulls;
    private final Semaphore launches;
    private final int capacity;
    private final BiConsumer<String, Duration> waits;
    private final Set<SandboxId> queued = ConcurrentHashMap.newKeySet();
    private final Set<Thread> acting = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * An empty queue.
     *
     * @param life without which the claims of this server are worth nothing
     * @param waits told how long each sandbox waited for its turn, and for what: {@code queue_pull}, {@code queue_launch}
     */
    public BoundedProvisioningQueue(
            ProvisionSandbox provisioning,
            ProvisioningClaims claims,
            Tenure life,
            int pulls,
            int launches,
            int capacity,
            BiConsumer<String, Duration> waits) {
        this.provisioning = provisioning;
        this.claims = claims;
        this.life = life;
        this.pulls = new Semaphore(pulls, true);
        this.launches = new Semaphore(launches, true);
        this.capacity = capacity;
        this.waits = waits;
    }

    /** A sandbox, and in which term of this server's life it is known to be its; 0 if that is not known. */
    private static final class Claimed {
        private final SandboxId id;
        private long term;

        Claimed(SandboxId id, long term) {
            this.id = id;
            this.term = term;
        }
    }

    /** How a step went. */
    private enum Outcome {
        DONE,
        TRY_AGAIN,
        FAILED,
        /** The sandbox is another server's. */
        LOST
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
        return queued.contains(id) || claims.isTaken(id);
    }

    @Override
    public void submit(SandboxId id, @Nullable RegistryCredentials credentials) {
        enqueue(new Claimed(id, life.term()), credentials);
    }

    @Override
    public void takeOver(SandboxId id) {
        enqueue(new Claimed(id, 0), null);
    }

    private void enqueue(Claimed sandbox, @Nullable RegistryCredentials credentials) {
        if (!isClosed() && queued.add(sandbox.id)) {
            Map<String, String> context = Objects.requireNonNullElse(MDC.getCopyOfContextMap(), Map.of());
            threads.execute(() -> provision(sandbox, credentials, context));
        }
    }

    /** How many sandboxes are being provisioned or wait for it. */
    public int length() {
        return queued.size();
    }

    @Override
    public void gained() {
        log.debug("What is still this server's is gone on with");
    }

    /** Interrupts whatever is being made: to the others this server is dead, so that one of them makes it. */
    @Override
    public void lost() {
        acting.forEach(Thread::interrupt);
    }

    /** @param context of the log, so that what happens in here is found under the id of the request that began it */
    private void provision(Claimed sandbox, @Nullable RegistryCredentials credentials, Map<String, String> context) {
        SandboxId id = sandbox.id;
        MDC.setContextMap(context);
        MDC.put("sandboxId", id.value());
        try {
            if (isDone(pulls, "queue_pull", sandbox, () -> provisioning.prepare(id, credentials))) {
                boolean _ = isDone(launches, "queue_launch", sandbox, () -> provisioning.launch(id));
            }
        } catch (InterruptedException stopping) {
            // The record stays Pending; the next start goes on with it.
            Thread.currentThread().interrupt();
        } finally {
            queued.remove(id);
        }
    }

    /** Tries the step until it is done or not to be done any more; waits without holding anybody up. */
    private boolean isDone(Semaphore permits, String turn, Claimed sandbox, Runnable step) throws InterruptedException {
        while (!isClosed()) {
            try {
                switch (attempt(permits, turn, sandbox, step)) {
                    case DONE -> {
                        return true;
                    }
                    case LOST -> {
                        log.info("Sandbox {} is made by another server", sandbox.id);
                        return false;
                    }
                    case TRY_AGAIN -> rest(RETRY);
                    case FAILED -> rest(RETRY_AFTER_FAILURE);
                }
            } catch (InterruptedException late) {
                if (isClosed()) {
                    throw late;
                }
                log.debug("Sandbox {} is gone on with: it was interrupted for a step that was just done", sandbox.id);
            }
        }
        return false;
    }

    private Outcome attempt(Semaphore permits, String turn, Claimed sandbox, Runnable step)
            throws InterruptedException {
        long start = System.nanoTime();
        permits.acquire();
        try {
            waits.accept(turn, Duration.ofNanos(System.nanoTime() - start));
            return attempt(sandbox, step);
        } finally {
            permits.release();
        }
    }

    private Outcome attempt(Claimed sandbox, Runnable step) {
        try {
            long term = life.term();
            if (term == 0) {
                return Outcome.TRY_AGAIN;
            }
            if (sandbox.term != term && !claims.claim(sandbox.id)) {
                return Outcome.LOST;
            }
            sandbox.term = term;
            return act(sandbox, step);
        } catch (RuntimeException failed) {
            return failed(sandbox, failed);
        }
    }

    private Outcome act(Claimed sandbox, Runnable step) {
        acting.add(Thread.currentThread());
        try {
            step.run();
            return Outcome.DONE;
        } catch (SandboxException.RuntimeUnavailable away) {
            if (life.term() == sandbox.term) {
                log.warn("Sandbox {} waits for the container runtime: {}", sandbox.id, away.getMessage());
                provisioning.waitForRuntime(sandbox.id);
            }
            return Outcome.TRY_AGAIN;
        } finally {
            acting.remove(Thread.currentThread());
        }
    }

    private Outcome failed(Claimed sandbox, RuntimeException failed) {
        if (isClosed()) {
            return Outcome.FAILED;
        }
        if (life.term() != sandbox.term) {
            log.warn("Sandbox {} was given up: {}", sandbox.id, failed.toString());
            return Outcome.TRY_AGAIN;
        }
        log.error("Sandbox {} could not be provisioned; it will be tried again", sandbox.id, failed);
        return Outcome.FAILED;
    }

    /** An interrupt from {@link #lost} has done what it was for, when this is reached. */
    private void rest(Duration pause) throws InterruptedException {
        boolean gaveUp = Thread.interrupted();
        if (gaveUp && isClosed()) {
            throw new InterruptedException("The queue is being closed");
        }
        boolean _ = closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
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
