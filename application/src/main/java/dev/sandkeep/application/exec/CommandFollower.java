package dev.sandkeep.application.exec;

import dev.sandkeep.application.exec.KnownCommands.Known;
import dev.sandkeep.domain.exec.CommandEnd;
import dev.sandkeep.domain.exec.CommandEnd.Cause;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one command in its wrapping, from its start to its end, and tells what it writes. A guard ends it when its time is
 * over, when somebody interrupted it, or when nobody listens any more. For one thread.
 */
final class CommandFollower {

    /** How it is taken to have ended if nobody saw its end. */
    static final CommandEnd UNSEEN = new CommandEnd(137, Cause.KILLED);

    private static final Logger log = LoggerFactory.getLogger(CommandFollower.class);
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration HEARTBEAT = Duration.ofSeconds(3);
    /** How long the end of a killed group may take; a process that left the group may hold its outputs for ever. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private static final int BOTH = 2;

    private final InstantSource clock;
    private final SandboxId sandbox;
    private final ShellProgram shell;
    private final Known running;
    private final CommandListener listener;
    private final CommandGuard guard;
    private Instant heartbeat;
    private int marks;
    private int exitCode = UNSEEN.exitCode();

    /** @param limit after which time it is killed */
    CommandFollower(
            SandboxShell shells,
            InstantSource clock,
            SandboxId sandbox,
            Optional<Duration> limit,
            ShellProgram shell,
            Known running,
            CommandListener listener) {
        this.clock = clock;
        this.sandbox = sandbox;
        this.shell = shell;
        this.running = running;
        this.listener = listener;
        this.guard = new CommandGuard(shells, clock, sandbox, running, limit.orElse(null));
        this.heartbeat = clock.instant().plus(HEARTBEAT);
    }

    CommandEnd toTheEnd() {
        guard.start();
        try {
            listener.started(running.status().id());
            while (!step(shell.next(TICK), true) && !isGivenUp()) {
                tick();
            }
        } catch (RuntimeException nobodyListens) {
            abandon(nobodyListens);
            throw nobodyListens;
        } finally {
            guard.finish();
        }
        return new CommandEnd(exitCode, cause());
    }

    /** One whose wrapping told its end was not killed, or in vain. */
    private Cause cause() {
        if (guard.timedOut() && marks < BOTH) {
            return Cause.TIMEOUT;
        }
        return running.interruptedAt() == null ? Cause.EXITED : Cause.INTERRUPTED;
    }

    /** Whether it was the last one. */
    private boolean step(ShellStep step, boolean told) {
        switch (step) {
            case ShellStep.Data data -> {
                if (told) {
                    listener.written(data.channel(), data.bytes(), data.offset(), data.length());
                }
            }
            case ShellStep.Mark mark -> {
                if (mark.text().startsWith("E")) {
                    exitCode = Integer.parseInt(mark.text().substring(1));
                    marks++;
                }
            }
            case ShellStep.Silence _ -> {}
            case ShellStep.Ended ended -> {
                exitCode = marks == 0 ? ended.exitCode() : exitCode;
                return true;
            }
        }
        return marks == BOTH;
    }

    private void tick() {
        Instant now = clock.instant();
        if (!now.isBefore(heartbeat)) {
            heartbeat = now.plus(HEARTBEAT);
            listener.alive();
        }
    }

    private boolean isGivenUp() {
        Instant killedAt = guard.killedAt();
        return killedAt != null && clock.instant().isAfter(killedAt.plus(LAST_WORDS));
    }

    /** Nobody wants to know any more. What it still writes is read for a moment, so that it can end. */
    private void abandon(RuntimeException why) {
        log.info(
                "Sandbox {}: command {} is ended, since nobody listens: {}",
                sandbox,
                running.status().id(),
                why.getMessage());
        guard.abandon();
        try {
            Instant patience = clock.instant().plus(RunCommand.GRACE);
            boolean ended = false;
            while (!ended && clock.instant().isBefore(patience)) {
                ended = step(shell.next(TICK), false);
            }
        } catch (RuntimeException gone) {
            why.addSuppressed(gone);
        }
    }
}
