package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.Command;
import dev.sandkeep.domain.exec.CommandEnd.Cause;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a command that goes on by itself, whatever becomes of the client and of this server. */
public final class StartCommand {

    private static final Logger log = LoggerFactory.getLogger(StartCommand.class);
    private static final Duration MINIMUM = Duration.ofSeconds(1);

    /** Ends a shell that cannot go to the directory; others end it that cannot set a variable. */
    private static final int NO_DIRECTORY = 33;

    private final SandboxShell shells;
    private final CommandUsers users;

    public StartCommand(SandboxShell shells) {
        this.shells = shells;
        this.users = new CommandUsers(shells);
    }

    /**
     * Starts a command; returns when it runs and can be found.
     *
     * @return its id
     * @throws InvalidValue if its directory is not there, or its shell refuses a variable
     * @throws ExecException.NotStarted if the sandbox has no shell
     * @throws ExecException.Failed if the sandbox has no directory that can be written to
     */
    public String start(SandboxId sandbox, Command command) {
        CommandScript script = CommandScript.of(command);
        ExecUser user = users.of(sandbox, command);
        String id = shells.newId();
        shells.audit().note(sandbox, "Command " + id + " runs in the background", command.text());
        try (ShellProgram shell = shells.open(sandbox, user, token -> wrap(script, command, user, id, token))) {
            String mark = shell.awaitMark(SandboxShell.PATIENCE);
            switch (mark.charAt(0)) {
                case 'P' -> log.info("Sandbox {}: command {} runs in the background", sandbox, id);
                case 'V' -> throw CommandScript.refusedVariable();
                case 'C' ->
                    throw new InvalidValue("cwd", "must be a directory of the sandbox, made of variables that are set");
                default ->
                    throw new ExecException.Failed("A background command needs a directory that its user can write to;"
                            + " there is none among " + StateDirectory.PLACES);
            }
            return id;
        }
    }

    /**
     * What is told of a command is written before it runs. The watching process leads no group, but is in that of the
     * shell, and outlives a TERM of it. The shell waits until that is begun: what comes after its end may reach nobody.
     */
    private static String wrap(
            CommandScript script, Command command, @Nullable ExecUser user, String id, String token) {
        String enter = script.enter("exit " + NO_DIRECTORY);
        return "exec 2>/dev/null\numask 022\n"
                + "( " + enter + ":\n)\ncase $? in 0) ;; " + NO_DIRECTORY + ") " + Marks.print(token, "C", "")
                + "; exit ;; *) " + Marks.print(token, "V", "") + "; exit ;; esac\n"
                + StateDirectory.make(id)
                + "[ -n \"$d\" ] || { " + Marks.print(token, "D", "") + "; exit; }\n"
                + "m=$(\n(\ntrap '' TERM\n"
                + "read -r w r </proc/self/stat; r=${r##*) }; set -- $r\n"
                + ": >\"$d/out\"\n"
                + "echo \"$$ $w ${20} $(date +%s) " + (user == null ? "-" : user)
                + "\" >\"$d/meta\" || exit\n"
                + "echo begun\n"
                + "exec >/dev/null 2>&1 </dev/null\n"
                + command.limit().map(StartCommand::guard).orElse("g=\n")
                + "{\n(\ntrap - TERM\n" + enter + script.become("")
                + ") 2>&1\nc=$?\nexec >/dev/null\n"
                + "y=" + Cause.EXITED.word() + "; [ -f \"$d/why\" ] && read -r y <\"$d/why\"\n"
                + "echo \"$c $y $(date +%s)\" >\"$d/left\"\n"
                + "[ -z \"$g\" ] || kill $g\n"
                + KeptOutput.TELL_END_LATER + "} | " + KeptOutput.READ + "\n"
                + KeptOutput.TELL_END
                + ") &\n)\n"
                + "if [ \"$m\" = begun ]; then " + Marks.print(token, "P", "") + "; else "
                + Marks.print(token, "D", "") + "; fi";
    }

    /**
     * It holds while no server is there, too. Who kills what it waits by does not end the time: it waits again for as long
     * as is left, by a clock that nobody sets. It is ended with the command, and looks itself whether that is over by the time
     * it can be told so; what it ends with itself is always a child of its own.
     */
    private static String guard(Duration limit) {
        Duration rounded = limit.plusMillis(999);
        long seconds = Math.max(MINIMUM.toSeconds(), rounded.toSeconds());
        String unlessItIsOver = "[ ! -s \"$d/left\" ] || exit 0\n";
        return "(\n: &\ntrap 'kill $!; exit 0' TERM\n" + unlessItIsOver + "n=" + seconds + "\n"
                + "read -r u x </proc/uptime; e=$((${u%.*} + n + 1))\n"
                + "while sleep $n & wait $!; [ $? -gt 128 ]; do\n"
                + "read -r u x </proc/uptime; n=$((e - ${u%.*})); [ $n -gt 0 ] || break\ndone\n" + unlessItIsOver
                + "echo \"137 " + Cause.TIMEOUT.word() + " $(date +%s)\" >\"$d/end\"\nkill -KILL -$$\n) &\ng=$!\n";
    }
}
