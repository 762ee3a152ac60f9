package dev.sandkeep.application.exec;

import dev.sandkeep.application.exec.KnownCommands.Known;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a command when its time is over, when it was asked to end and did not, or when nobody listens to it any more. It
 * does so on a thread of its own, so that neither a slow listener keeps it from that, nor a pause or an engine that is away,
 * after which it tries again. It goes on after the command until nothing is left that was asked to end. Thread-safe.
 */
final class CommandGuard {

    private static final Logger log = LoggerFactory.getLogger(CommandGuard.class);
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** How often what is no outage may fail: the sandbox may have no room for another process for a while. */
    private static final int MOST_FAILURES = 60;

    private final SandboxShell shells;
    private final InstantSource clock;
    private final SandboxId sandbox;
    private final Known running;
    private @Nullable Instant deadline;
    private @Nullable Instant abandonedAt;
    private boolean over;
    private final BlockingQueue<Boolean> wakings = new ArrayBlockingQueue<>(1);
    private volatile boolean done;
    private Instant notBefore = Instant.MIN;
    private volatile boolean timedOut;
    private volatile @Nullable Instant killedAt;

    /** @param limit after which time it is killed, null for never */
    CommandGuard(SandboxShell shells, InstantSource clock, SandboxId sandbox, Known running, @Nullable Duration limit) {
        this.shells = shells;
        this.clock = clock;
        this.sandbox = sandbox;
        this.running = running;
        this.deadline = limit == null ? null : clock.instant().plus(limit);
    }

    void start() {
        shells.begin(this::watch);
    }

    /** Whether it was killed since its time was over. */
    boolean timedOut() {
        return timedOut;
    }

    /** When it was killed, if it was. */
    @Nullable
    Instant killedAt() {
        return killedAt;
    }

    /** Its end was seen; what was asked to end and is left of it is still ended. */
    synchronized void finish() {
        over = true;
        wake();
    }

    /** Nobody listens any more: it is asked to end, and then made to. */
    synchronized void abandon() {
        abandonedAt = clock.instant();
        wake();
    }

    private void wake() {
        // One that waits already is as good.
        boolean _ = wakings.offer(true);
    }

    private synchronized boolean isHeard() {
        return !over && abandonedAt == null;
    }

    private synchronized @Nullable Instant abandonedAt() {
        return abandonedAt;
    }

    private synchronized boolean isDone() {
        return done || (over && abandonedAt == null && running.interruptedAt() == null);
    }

    private void watch() {
        int failures = 0;
        boolean asked = false;
        try {
            while (!isDone()) {
                Duration next = TICK;
                try {
                    asked = look(asked);
                } catch (SandboxException.NotFound | SandboxException.Ended gone) {
                    return;
                } catch (SandboxException.NotReachable
                        | SandboxException.RuntimeUnavailable
                        | ExecException.NotRunning away) {
                    log.debug("Sandbox {}: a command will be ended later: {}", sandbox, away.getMessage());
                    next = RETRY;
                } catch (RuntimeException failed) {
                    failures++;
                    if (failures == MOST_FAILURES) {
                        throw failed;
                    }
                    next = RETRY;
                }
                var _ = wakings.poll(next.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException stopping) {
            log.debug(
                    "Sandbox {}: command {} is not waited for any more",
                    sandbox,
                    running.status().id());
        } catch (RuntimeException failed) {
            log.warn(
                    "Sandbox {}: command {} could not be ended",
                    sandbox,
                    running.status().id(),
                    failed);
        }
    }

    /** Returns whether a command that nobody listens to was asked to end. */
    private boolean look(boolean asked) {
        Instant now = clock.instant();
        Instant abandoned = abandonedAt();
        Instant since = abandoned == null ? running.interruptedAt() : abandoned;
        if (abandoned != null && !asked) {
            done = running.group().terminate(shells, sandbox) == CommandGroup.Outcome.ENDED;
            return true;
        }
        if (since != null) {
            if (now.isAfter(since.plus(RunCommand.GRACE)) && now.isAfter(notBefore)) {
                kill(now);
            }
        } else if (deadline != null && !now.isBefore(deadline)) {
            expire(now);
        }
        return asked;
    }

    private void kill(Instant now) {
        CommandGroup.Outcome outcome = running.group().kill(shells, sandbox, isHeard());
        if (outcome == CommandGroup.Outcome.SENT) {
            killedAt = now;
        }
        // What is still told is waited for, so that nothing of it is lost.
        done = outcome != CommandGroup.Outcome.TELLING;
        notBefore = now.plus(RETRY);
    }

    private void expire(Instant now) {
        boolean killed = false;
        // Before it is killed, since its end may be seen before we know that it was.
        timedOut = true;
        try {
            killed = running.group().expire(shells, sandbox) == CommandGroup.Outcome.SENT;
        } finally {
            timedOut = killed;
        }
        if (killed) {
            killedAt = now;
            done = true;
        }
        // Else it ended in time, whenever that is told.
        deadline = null;
    }
}
