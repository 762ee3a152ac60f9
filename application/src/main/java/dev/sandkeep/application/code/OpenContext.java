package dev.sandkeep.application.code;

import dev.sandkeep.domain.exec.CodeContext;
import dev.sandkeep.domain.sandbox.SandboxException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A context with its interpreter. One piece of code runs in it at a time, in the order in which they came. Thread-safe;
 * who has the turn may start and read the interpreter.
 */
final class OpenContext {

    private static final int MOST_WAITING = 32;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final CodeContext context;
    private final boolean isDefault;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final AtomicInteger present = new AtomicInteger();
    private volatile @Nullable Interpreter interpreter;
    private volatile boolean running;
    private volatile boolean deleted;

    /** @param isDefault whether it is the one of its language that is there without being made */
    OpenContext(CodeContext context, boolean isDefault) {
        this.context = context;
        this.isDefault = isDefault;
    }

    CodeContext context() {
        return context;
    }

    boolean isDefault() {
        return isDefault;
    }

    /**
     * Waits for the turn; whoever called this leaves afterwards.
     *
     * @param meanwhile done now and then while waiting
     * @throws SandboxException.Overloaded if too many wait already
     */
    void enter(Duration now, Runnable meanwhile) {
        if (present.incrementAndGet() > MOST_WAITING + 1) {
            present.decrementAndGet();
            throw new SandboxException.Overloaded(
                    MOST_WAITING + " pieces of code wait in this context, as many as may; use another one", RETRY);
        }
        try {
            while (!turn.tryLock(now.toMillis(), TimeUnit.MILLISECONDS)) {
                meanwhile.run();
            }
        } catch (InterruptedException stopped) {
            present.decrementAndGet();
            throw new IllegalStateException("Interrupted while waiting for the turn in a context", stopped);
        } catch (RuntimeException failed) {
            present.decrementAndGet();
            throw failed;
        }
    }

    void leave() {
        turn.unlock();
        present.decrementAndGet();
    }

    @Nullable
    Interpreter interpreter() {
        return interpreter;
    }

    /** From now on this one; it is ended at once if the context was deleted meanwhile. */
    void begin(Interpreter started) {
        interpreter = started;
        if (deleted) {
            started.end();
        }
    }

    boolean isRunning() {
        return running;
    }

    void running(boolean now) {
        running = now;
    }

    boolean isDeleted() {
        return deleted;
    }

    /** No code runs in it any more, and what runs is ended. Idempotent. */
    void delete() {
        deleted = true;
        Interpreter now = interpreter;
        if (now != null) {
            now.end();
        }
    }
}
