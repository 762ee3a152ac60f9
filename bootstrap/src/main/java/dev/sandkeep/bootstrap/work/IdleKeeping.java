package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.lifecycle.DeleteSandbox;
import dev.sandkeep.application.lifecycle.FindIdleSandboxes;
import dev.sandkeep.application.lifecycle.FindIdleSandboxes.Idle;
import dev.sandkeep.application.lifecycle.PauseSandbox;
import dev.sandkeep.application.replica.Tenure;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Pauses or deletes now and then what nobody uses, one after the other: the duty of one server. Thread-safe. */
public final class IdleKeeping implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(IdleKeeping.class);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final FindIdleSandboxes idle;
    private final PauseSandbox pause;
    private final DeleteSandbox delete;
    private final Tenure duties;
    private final Duration interval;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    public IdleKeeping(
            FindIdleSandboxes idle, PauseSandbox pause, DeleteSandbox delete, Tenure duties, Duration interval) {
        this.idle = idle;
        this.pause = pause;
        this.delete = delete;
        this.duties = duties;
        this.interval = interval;
        this.thread = Thread.ofVirtual().name("idle-keeping").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        boolean failing = false;
        try {
            while (!closing.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    look();
                    failing = false;
                } catch (RuntimeException failed) {
                    // To say it once is enough until it works again.
                    if (!failing) {
                        log.error("Idle sandboxes cannot be looked for; it will be tried again", failed);
                    }
                    failing = true;
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        if (!duties.isHeld()) {
            return;
        }
        for (SandboxId id : idle.candidates()) {
            if (closing.getCount() == 0 || !duties.isHeld()) {
                return;
            }
            try (MDC.MDCCloseable _ = MDC.putCloseable("sandboxId", id.value())) {
                idle.decide(id).ifPresent(this::end);
            } catch (SandboxException | ExecException passing) {
                // It was changed at the same moment, or the engine is away: the next look tells.
                log.info("Sandbox {} is idle, and was left as it is: {}", id, passing.getMessage());
            }
        }
    }

    private void end(Idle found) {
        switch (found.action()) {
            case PAUSE -> pause.pause(found.id());
            case DELETE -> delete.delete(found.id());
        }
    }

    /** Does not interrupt: the embedded database does not survive an interrupt in the middle of writing its file. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(GRACE);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
