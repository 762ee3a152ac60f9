package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.replica.Tenure;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether this server should be sent requests. Thread-safe; tells within {@link #PATIENCE}, whatever hangs. */
public final class Readiness implements Supplier<List<String>> {

    private static final Logger log = LoggerFactory.getLogger(Readiness.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** A version 4 UUID that no sandbox has: the answer is no, but it is an answer. */
    private static final SandboxId NOBODY = SandboxId.of(new UUID(0x4000L, 0x8000_0000_0000_0000L));

    private final SandboxRepository repository;
    private final Housekeeping housekeeping;
    private final Tenure life;
    private volatile boolean stopping;
    private volatile CompletableFuture<Boolean> question = CompletableFuture.completedFuture(true);

    public Readiness(SandboxRepository repository, Housekeeping housekeeping, Tenure life) {
        this.repository = repository;
        this.housekeeping = housekeeping;
        this.life = life;
    }

    /** From now on the server is not ready any more. */
    public void stop() {
        stopping = true;
    }

    /** Which parts are not ready, in words for people; empty if the server is ready. */
    @Override
    public List<String> get() {
        if (stopping) {
            return List.of("the server is being stopped");
        }
        List<String> missing = new ArrayList<>();
        if (!databaseAnswers()) {
            missing.add("the database does not answer");
        } else if (!life.isHeld()) {
            missing.add("the database did not confirm lately that this server lives");
        }
        if (!housekeeping.isConnected()) {
            missing.add("the container runtime is away");
        } else if (!housekeeping.hasRecovered()) {
            missing.add("what an earlier server left is still being looked at");
        }
        return missing;
    }

    private boolean databaseAnswers() {
        return ask().completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    /** Those who ask at the same time share one question, so that a database that hangs is not asked ever more. */
    private synchronized CompletableFuture<Boolean> ask() {
        if (question.isDone()) {
            question = CompletableFuture.supplyAsync(
                            () -> repository.find(NOBODY).isEmpty(), Thread::startVirtualThread)
                    .exceptionally(Readiness::notAnswered);
        }
        return question.copy();
    }

    private static boolean notAnswered(Throwable failed) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        log.warn("The database does not answer: {}", cause.toString());
        return false;
    }
}
