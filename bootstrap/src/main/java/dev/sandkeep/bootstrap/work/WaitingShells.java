package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.port.SandboxExec.Program;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shells that wait in one sandbox, those included that are being started. Thread-safe. */
final class WaitingShells implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WaitingShells.class);

    private static final byte[] GREETING = "echo ready\n".getBytes(StandardCharsets.US_ASCII);
    private static final String ANSWER = "ready\n";

    /** How long a shell that lives may take to answer; in a sandbox whose processor time is used up, it takes longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final SandboxId id;
    private final int most;
    private final Semaphore room;
    private final Deque<Waiting> shells = new ArrayDeque<>();
    private long usedAt = System.nanoTime();
    private boolean closed;

    /** One of them, once it is started. */
    private static final class Waiting {
        private final CompletableFuture<Program> program = new CompletableFuture<>();
    }

    /** @param room one permit for each that waits */
    WaitingShells(SandboxId id, int most, Semaphore room) {
        this.id = id;
        this.most = most;
        this.room = room;
    }

    /**
     * One that lives and has read nothing of a program, or null if there is none. One that is still being started is there
     * sooner than another one would be.
     */
    @Nullable
    Program take() {
        for (Waiting next = poll(); next != null; next = poll()) {
            Program shell = await(next);
            if (shell != null && answers(shell)) {
                return shell;
            }
            if (shell != null) {
                log.debug("Sandbox {}: a shell that waited is not there any more", id);
                shell.close();
            }
        }
        return null;
    }

    private synchronized @Nullable Waiting poll() {
        usedAt = System.nanoTime();
        Waiting next = shells.poll();
        if (next != null) {
            room.release();
        }
        return next;
    }

    private @Nullable Program await(Waiting shell) {
        try {
            return shell.program.join();
        } catch (CompletionException failed) {
            // Whoever starts one for the command is told what is wrong.
            log.debug("Sandbox {}: no shell could be started to wait: {}", id, failed.getMessage());
            return null;
        }
    }

    private static boolean answers(Program shell) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            shell.write(GREETING, 0, GREETING.length);
            while (said.size() < ANSWER.length()) {
                Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
                if (!(shell.read(left) instanceof ProcessOutput.Written written)) {
                    return false;
                }
                said.writeBytes(written.bytes());
            }
            return said.toString(StandardCharsets.US_ASCII).equals(ANSWER);
        } catch (ExecException | SandboxException dead) {
            return false;
        }
    }

    /** Starts as many as are missing, as far as there is room. */
    synchronized void fill(Executor starts, Supplier<Program> start) {
        usedAt = System.nanoTime();
        while (!closed && shells.size() < most && room.tryAcquire()) {
            Waiting shell = new Waiting();
            shells.add(shell);
            try {
                starts.execute(() -> begin(shell, start));
            } catch (RuntimeException notBegun) {
                drop(shell);
                throw notBegun;
            }
        }
    }

    private void begin(Waiting shell, Supplier<Program> start) {
        try {
            shell.program.complete(start.get());
        } catch (RuntimeException failed) {
            drop(shell);
            shell.program.completeExceptionally(failed);
        }
    }

    private synchronized void drop(Waiting shell) {
        if (shells.remove(shell)) {
            room.release();
        }
    }

    synchronized boolean isUnusedFor(Duration time) {
        return System.nanoTime() - usedAt > time.toNanos();
    }

    /** Ends all that wait, those as well that are still being started. A shell whose input ends, ends. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        while (!shells.isEmpty()) {
            room.release();
            CompletableFuture<Void> _ = shells.remove().program.thenAccept(Program::close);
        }
    }
}
