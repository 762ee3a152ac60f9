package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.Command;
import dev.sandkeep.domain.exec.CommandEnd;
import dev.sandkeep.domain.exec.CommandEnd.Cause;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a command in a sandbox without a shell: as a program and its arguments. Nothing in such a sandbox can end it, so
 * it can be neither interrupted nor limited in time.
 */
final class RunProgram {

    private static final Logger log = LoggerFactory.getLogger(RunProgram.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(3);

    private final SandboxShell shells;
    private final KnownCommands known;
    private final InstantSource clock;

    RunProgram(SandboxShell shells, KnownCommands known, InstantSource clock) {
        this.shells = shells;
        this.known = known;
        this.clock = clock;
    }

    /**
     * Runs it to its end. Blocks.
     *
     * @throws dev.sandkeep.domain.problem.InvalidValue if something is asked for that a shell does
     * @throws ExecException.NotStarted if there is no such program
     */
    CommandEnd run(SandboxId sandbox, Command command, CommandListener listener) {
        List<String> words = requireSimple(command);
        ExecUser user = user(command);
        try (ShellProgram program = shells.openDirectly(sandbox, user, words)) {
            // What cannot be started says so in the place of its output.
            ShellStep first = program.next(HEARTBEAT);
            KnownCommands.Known running = known.begin(sandbox, shells.newId(), KnownCommands.NO_GROUP, clock.instant());
            log.info(
                    "Sandbox {}: command {} runs without a shell",
                    sandbox,
                    running.status().id());
            CommandEnd end = new CommandEnd(137, Cause.KILLED);
            try {
                listener.started(running.status().id());
                end = new CommandEnd(follow(program, first, listener), Cause.EXITED);
                return end;
            } finally {
                known.end(sandbox, running, end, clock.instant());
            }
        }
    }

    private int follow(ShellProgram program, ShellStep first, CommandListener listener) {
        ShellStep step = first;
        Instant heartbeat = clock.instant().plus(HEARTBEAT);
        while (true) {
            switch (step) {
                case ShellStep.Data data ->
                    listener.written(data.channel(), data.bytes(), data.offset(), data.length());
                case ShellStep.Ended ended -> {
                    return ended.exitCode();
                }
                case ShellStep.Silence _, ShellStep.Mark _ -> {}
            }
            if (!clock.instant().isBefore(heartbeat)) {
                heartbeat = clock.instant().plus(HEARTBEAT);
                listener.alive();
            }
            step = program.next(HEARTBEAT);
        }
    }

    private static List<String> requireSimple(Command command) {
        Problems problems = new Problems();
        String rule = "cannot be had, since this image has no shell";
        if (command.directory() != null && !command.directory().isEmpty()) {
            problems.add("cwd", rule);
        }
        if (!command.environment().isEmpty()) {
            problems.add("envs", rule);
        }
        if (command.limit().isPresent()) {
            problems.add("timeout", rule);
        }
        if (command.uid() != null && command.gid() == null) {
            problems.add("gid", "is needed with uid, since this image has no shell that could find it out");
        }
        List<String> words = problems.collect(() -> CommandWords.split(command.text()));
        problems.throwIfAny();
        return words == null ? List.of() : words;
    }

    private static @Nullable ExecUser user(Command command) {
        Long uid = command.uid();
        Long gid = command.gid();
        return uid == null || gid == null ? null : new ExecUser(uid, gid);
    }
}
