package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.sandbox.SandboxId;
import org.jspecify.annotations.Nullable;

/**
 * The process group of a command and its wrapping, and what can be done to it. The wrapping leads the group, and the
 * command is its child; what the command started is in the group, too, unless it left that. The number of a group is not
 * given again while a process is in it.
 *
 * @param id the number of the process that leads it
 * @param begin when that began, as the kernel tells it; empty if it does not
 * @param user whom it runs as, null for the user of the entry process
 */
record CommandGroup(long id, String begin, @Nullable ExecUser user) {

    /** What became of a wish. */
    enum Outcome {
        /** The group has the signal. */
        SENT,
        /** The command ended before; its wrapping still tells what it wrote. */
        TELLING,
        /** The command ended before, and its wrapping, too. */
        ENDED
    }

    /** A word of a shell program in the wrapping, from which {@link #of} reads. It sets no variable. */
    static final String TELL = "\"$$ $(read -r x r </proc/$$/stat; r=${r##*) }; set -- $r; echo ${20})\"";

    /** The same in two steps, without another process: a line of a shell program that sets its arguments, and a word. */
    static final String READ = "read -r sandkeep_ </proc/$$/stat; set -- ${sandkeep_##*) }; unset sandkeep_\n";

    static final String TELL_READ = "\"$$ ${20}\"";

    private static final int TELLING_CODE = 50;
    private static final int ENDED_CODE = 51;

    /** What the kernel tells of a process into variables; a process may have a name of several lines. */
    private static final String LOOK = """
            exec 2>/dev/null
            look() { r=; while read -r l; do r="$r $l"; done <"$1"; set -- ${r##*) }; z=$1 q=$2 t=${20}; }
            """;

    /** Ends the shell if the process that leads the group runs. */
    private static final String TELLS = "[ -z \"$y\" ] || [ \"$y\" = Z ] || exit " + TELLING_CODE + "\n";

    /** @param told what {@link #TELL} or {@link #TELL_READ} came to */
    static CommandGroup of(String told, @Nullable ExecUser user) {
        String[] parts = told.strip().split(" ", 2);
        // A variable of the command may change how the shell reads it.
        boolean known = parts.length > 1 && parts[1].matches("\\d{1,19}");
        return new CommandGroup(Long.parseLong(parts[0]), known ? parts[1] : "", user);
    }

    /** Asks all of it to end, if the command runs. */
    Outcome terminate(SandboxShell shells, SandboxId sandbox) {
        return send(shells, sandbox, "kill -TERM -" + id + " || exit " + ENDED_CODE, TELLS + "exit " + ENDED_CODE);
    }

    /** Ends all of it, if the command runs. */
    Outcome expire(SandboxShell shells, SandboxId sandbox) {
        return send(shells, sandbox, "kill -KILL -" + id + " || exit " + ENDED_CODE, TELLS + "exit " + ENDED_CODE);
    }

    /**
     * Ends all of it, and what is left of it after the command ended.
     *
     * @param heard whether somebody reads what the wrapping tells, which is left alone then
     */
    Outcome kill(SandboxShell shells, SandboxId sandbox, boolean heard) {
        String kill = "kill -KILL -" + id;
        String rest = kill + "; exit " + ENDED_CODE;
        return send(shells, sandbox, kill + " || exit " + ENDED_CODE, heard ? TELLS + rest : rest);
    }

    /**
     * @param work done if the command runs, which is if its wrapping has a child
     * @param otherwise done if it ended
     */
    private Outcome send(SandboxShell shells, SandboxId sandbox, String work, String otherwise) {
        String script = LOOK
                + "look /proc/" + id + "/stat; y=$z\n"
                + "[ -z \"$t\" ] || [ -z '" + begin + "' ] || [ \"$t\" = '" + begin + "' ] || exit " + ENDED_CODE + "\n"
                + "c=0; [ -r /proc/self/stat ] || c=1\n"
                + "for f in /proc/[0-9]*/stat; do look \"$f\"; if [ \"$q\" = " + id
                + " ] && [ \"$z\" != Z ]; then c=1; break; fi; done\n"
                + "if [ $c = 1 ]; then " + work + "; exit 0; fi\n"
                + otherwise;
        ShellResult result = shells.callToEnd(sandbox, user, 0, _ -> script);
        return switch (result.exitCode()) {
            case 0 -> Outcome.SENT;
            case TELLING_CODE -> Outcome.TELLING;
            case ENDED_CODE -> Outcome.ENDED;
            default ->
                throw new ExecException.Failed(
                        "A shell in the sandbox that was to end a command ended with " + result.exitCode());
        };
    }
}
