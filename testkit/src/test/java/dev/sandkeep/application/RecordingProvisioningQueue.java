package dev.sandkeep.application;

import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Provisions nothing: keeps what is submitted until a test takes it out again. Thread-safe. */
public final class RecordingProvisioningQueue implements ProvisioningQueue {

    private final Queue<Submission> submissions = new ArrayDeque<>();
    private boolean full;

    /** A sandbox that waits to be provisioned. */
    public record Submission(SandboxId id, @Nullable RegistryCredentials credentials) {}

    @Override
    public synchronized void requireCapacity() {
        if (full) {
            throw new SandboxException.Overloaded("The queue is full", Duration.ofSeconds(5));
        }
    }

    @Override
    public synchronized boolean contains(SandboxId id) {
        return submissions.stream().anyMatch(waiting -> waiting.id().equals(id));
    }

    @Override
    public synchronized void submit(SandboxId id, @Nullable RegistryCredentials credentials) {
        if (submissions.stream().noneMatch(waiting -> waiting.id().equals(id))) {
            submissions.add(new Submission(id, credentials));
        }
    }

    @Override
    public void takeOver(SandboxId id) {
        submit(id, null);
    }

    /** What waits, in order. */
    public synchronized List<Submission> submissions() {
        return List.copyOf(submissions);
    }

    /** Takes the first that waits. */
    public synchronized Optional<Submission> take() {
        return Optional.ofNullable(submissions.poll());
    }

    /** From now on there is no room. */
    public synchronized void fill() {
        full = true;
    }
}
