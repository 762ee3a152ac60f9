package dev.sandkeep.application.exec;

import dev.sandkeep.application.exec.KnownCommands.Known;
import dev.sandkeep.domain.exec.CommandEnd;
import dev.sandkeep.domain.exec.CommandEnd.Cause;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one command in its wrapping, from its start to its end: tells what it writes, and ends it when its time is over,
 * when somebody interrupted it, or when nobody listens any more. For one thread.
 */
final class CommandFollower {

    /** How it is taken to have ended if nobody saw its end. */
    static final CommandEnd UNSEEN = new CommandEnd(137, Cause.KILLED);

    private static final Logger log = LoggerFactory.getLogger(CommandFollower.class);
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration HEARTBEAT = Duration.ofSeconds(3);
    /** How long the end of a killed group may take; a process that left the group may hold its outputs for ever. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final Signals signals;
    private final InstantSource clock;
    private final SandboxId sandbox;
    private final ShellProgram shell;
    private final Known running;
    private final CommandListener listener;
    private final @Nullable Instant deadline;
    private Instant heartbeat;
    private @Nullable Instant killedAt;
    private boolean timedOut;
    private int marks;
    private int exitCode = UNSEEN.exitCode();

    /** @param limit after which time it is killed */
    CommandFollower(
            Signals signals,
            InstantSource clock,
            SandboxId sandbox,
            Optional<Duration> limit,
            ShellProgram shell,
            Known running,
            CommandListener listener) {
        this.signals = signals;
        this.clock = clock;
        this.sandbox = sandbox;
        this.shell = shell;
        this.running = running;
        this.listener = listener;
        Instant now = clock.instant();
        this.deadline = limit.map(now::plus).orElse(null);
        this.heartbeat = now.plus(HEARTBEAT);
    }

    CommandEnd toTheEnd() {
        try {
            listener.started(running.status().id());
            while (!step(shell.next(patience()), true) && !isGivenUp()) {
                tick();
            }
        } catch (RuntimeException nobodyListens) {
            abandon(nobodyListens);
            throw nobodyListens;
        }
        return new CommandEnd(exitCode, cause());
    }

    private Cause cause() {
        if (timedOut) {
            return Cause.TIMEOUT;
        }
        return running.interruptedAt() == null ? Cause.EXITED : Cause.INTERRUPTED;
    }

    private Duration patience() {
        Instant now = clock.instant();
        Instant next = deadline == null || !deadline.isBefore(now.plus(TICK)) ? now.plus(TICK) : deadline;
        return next.isAfter(now) ? Duration.between(now, next) : Duration.ZERO;
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
        return marks == 2;
    }

    private void tick() {
        Instant now = clock.instant();
        Instant interrupted = running.interruptedAt();
        if (killedAt == null && deadline != null && !now.isBefore(deadline)) {
            timedOut = true;
            kill(now);
        } else if (killedAt == null && interrupted != null && now.isAfter(interrupted.plus(RunCommand.GRACE))) {
            kill(now);
        }
        if (!now.isBefore(heartbeat)) {
            heartbeat = now.plus(HEARTBEAT);
            listener.alive();
        }
    }

    private boolean isGivenUp() {
        return killedAt != null && clock.instant().isAfter(killedAt.plus(LAST_WORDS));
    }

    private void kill(Instant now) {
        killedAt = now;
        signals.kill(sandbox, running.group(), running.user());
    }

    /** Nobody wants to know any more: it is asked to end, and then made to. */
    private void abandon(RuntimeException why) {
        log.info(
                "Sandbox {}: command {} is ended, since nobody listens: {}",
                sandbox,
                running.status().id(),
                why.getMessage());
        try {
            signals.terminate(sandbox, running.group(), running.user());
            Instant patience = clock.instant().plus(RunCommand.GRACE);
            while (!step(shell.next(TICK), false)) {
                if (clock.instant().isAfter(patience)) {
                    signals.kill(sandbox, running.group(), running.user());
                    return;
                }
            }
        } catch (RuntimeException gone) {
            why.addSuppressed(gone);
        }
    }
}
