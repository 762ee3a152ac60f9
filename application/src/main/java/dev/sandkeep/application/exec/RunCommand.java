package dev.sandkeep.application.exec;

import dev.sandkeep.application.exec.KnownCommands.Known;
import dev.sandkeep.domain.exec.Command;
import dev.sandkeep.domain.exec.CommandEnd;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a command to its end, while somebody listens. */
public final class RunCommand {

    /** How long a command that was asked to end may take to do so. */
    static final Duration GRACE = Duration.ofSeconds(3);

    private static final Logger log = LoggerFactory.getLogger(RunCommand.class);
    private final SandboxShell shells;
    private final KnownCommands known;
    private final CommandUsers users;
    private final RunProgram withoutShell;
    private final InstantSource clock;

    public RunCommand(SandboxShell shells, KnownCommands known, InstantSource clock) {
        this.shells = shells;
        this.known = known;
        this.users = new CommandUsers(shells);
        this.withoutShell = new RunProgram(shells, known, clock);
        this.clock = clock;
    }

    /**
     * Runs a command; returns when it ended, and all that it wrote was told. Blocks. Where there is no shell, it is taken
     * for a program and its arguments.
     *
     * @throws InvalidValue if its directory is not there, its shell refuses a variable, or it needs a shell and there is none
     * @throws ExecException.NotStarted if there is no shell, and no such program either
     */
    public CommandEnd run(SandboxId sandbox, Command command, CommandListener listener) {
        try {
            return runInShell(sandbox, command, listener);
        } catch (ExecException.NotStarted noShell) {
            log.debug("Sandbox {} has no shell: {}", sandbox, noShell.getMessage());
            return withoutShell.run(sandbox, command, listener);
        }
    }

    private CommandEnd runInShell(SandboxId sandbox, Command command, CommandListener listener) {
        CommandScript script = CommandScript.of(command);
        ExecUser user = users.of(sandbox, command);
        String id = shells.newId();
        shells.audit().note(sandbox, "Command " + id + " runs", command.text());
        try (ShellProgram shell = shells.open(sandbox, user, token -> wrap(script, token))) {
            String mark = shell.awaitMark(SandboxShell.PATIENCE);
            if (mark.startsWith("C")) {
                throw new InvalidValue("cwd", "must be a directory of the sandbox, made of variables that are set");
            }
            if (!mark.startsWith("P")) {
                throw CommandScript.refusedVariable();
            }
            Known running = known.begin(sandbox, id, CommandGroup.of(mark.substring(1), user), clock.instant());
            log.debug("Sandbox {}: command {} runs", sandbox, running.status().id());
            CommandEnd end = CommandFollower.UNSEEN;
            try {
                end = new CommandFollower(shells, clock, sandbox, command.limit(), shell, running, listener).toTheEnd();
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
        return "exec 3>&2 2>/dev/null\ntrap '' TERM\n" + CommandGroup.READ + "(\ntrap - TERM\n"
                + script.enter(Marks.print(token, "C", "") + "; exit")
                + Marks.print(token, "P%s", CommandGroup.TELL_READ) + "\n"
                + script.become("2>&3 3>&- </dev/null")
                + ")\nc=$?\n"
                + Marks.print(token, "E%s", "$c") + "\n"
                + Marks.print(token, "E%s", "$c") + " >&3";
    }
}
