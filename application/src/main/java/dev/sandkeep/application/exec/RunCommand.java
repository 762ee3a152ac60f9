package dev.sandkeep.application.exec;

import dev.sandkeep.application.exec.KnownCommands.Known;
import dev.sandkeep.domain.exec.Command;
import dev.sandkeep.domain.exec.CommandEnd;
import dev.sandkeep.domain.exec.CommandEnd.Cause;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a command to its end, while somebody listens. */
public final class RunCommand {

    /** How long a command that was asked to end may take to do so. */
    static final Duration GRACE = Duration.ofSeconds(3);

    private static final Logger log = LoggerFactory.getLogger(RunCommand.class);
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration HEARTBEAT = Duration.ofSeconds(3);
    /** How long the end of a killed group may take; a process that left the group may hold its outputs for ever. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private static final int KILLED = 137;

    private final SandboxShell shells;
    private final KnownCommands known;
    private final CommandUsers users;
    private final Signals signals;
    private final InstantSource clock;

    public RunCommand(SandboxShell shells, KnownCommands known, InstantSource clock) {
        this.shells = shells;
        this.known = known;
        this.users = new CommandUsers(shells);
        this.signals = new Signals(shells);
        this.clock = clock;
    }

    /**
     * Runs a command; returns when it ended, and all that it wrote was told. Blocks.
     *
     * @throws InvalidValue if its directory is not there
     * @throws ExecException.NotStarted if the sandbox has no shell
     */
    public CommandEnd run(SandboxId sandbox, Command command, CommandListener listener) {
        CommandScript script = CommandScript.of(command);
        ExecUser user = users.of(sandbox, command);
        String id = shells.newId();
        shells.audit().note(sandbox, "Command " + id + " runs", command.text());
        try (ShellProgram shell = shells.open(sandbox, user, token -> wrap(script, token))) {
            String mark = shell.awaitMark(SandboxShell.PATIENCE);
            if (!mark.startsWith("P")) {
                throw new InvalidValue("cwd", "must be a directory of the sandbox, made of variables that are set");
            }
            Known running = known.begin(sandbox, id, Long.parseLong(mark.substring(1)), user, clock.instant());
            log.info("Sandbox {}: command {} runs", sandbox, running.status().id());
            CommandEnd end = new CommandEnd(KILLED, Cause.KILLED);
            try {
                end = new Following(sandbox, command, shell, running, listener).toTheEnd();
                return end;
            } finally {
                known.end(sandbox, running, end, clock.instant());
                log.info(
                        "Sandbox {}: command {} ended: {}",
                        sandbox,
                        running.status().id(),
                        end.message());
            }
        }
    }

    /** The wrapping outlives a TERM of its group, to tell the exit code on both outputs when nothing more is written. */
    private static String wrap(CommandScript script, String token) {
        return "exec 3>&2 2>/dev/null\ntrap '' TERM\n(\ntrap - TERM\n"
                + script.enter(Marks.print(token, "C", "") + "; exit")
                + Marks.print(token, "P%s", "$$") + "\n"
                + script.become("2>&3 3>&- </dev/null")
                + ")\nc=$?\n"
                + Marks.print(token, "E%s", "$c") + "\n"
                + Marks.print(token, "E%s", "$c") + " >&3";
    }

    /** One command, from its start to its end. */
    private final class Following {
        private final SandboxId sandbox;
        private final ShellProgram shell;
        private final Known running;
        private final CommandListener listener;
        private final @Nullable Instant deadline;
        private Instant heartbeat;
        private @Nullable Instant killedAt;
        private boolean timedOut;
        private int marks;
        private int exitCode = KILLED;

        Following(SandboxId sandbox, Command command, ShellProgram shell, Known running, CommandListener listener) {
            this.sandbox = sandbox;
            this.shell = shell;
            this.running = running;
            this.listener = listener;
            Instant now = clock.instant();
            this.deadline = command.limit().map(now::plus).orElse(null);
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
            } else if (killedAt == null && interrupted != null && now.isAfter(interrupted.plus(GRACE))) {
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
                Instant patience = clock.instant().plus(GRACE);
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
}
