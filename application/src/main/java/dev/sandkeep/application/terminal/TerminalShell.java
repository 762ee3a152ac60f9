package dev.sandkeep.application.terminal;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.exec.ShellProgram;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.domain.exec.TerminalSize;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The shell of a terminal; or, without one, a shell whose input and outputs are pipes. */
final class TerminalShell implements AutoCloseable {

    /** Puts what {@code /proc} tells of process {@code $1} into the arguments: the group is the third, the session next. */
    private static final String STAT =
            "stat() { x=; read -r x <\"/proc/$1/stat\"; set -- ${x##*) }; g=$3 s=$4 t=$6; }\nexec 2>/dev/null\n";

    private final SandboxShell shells;
    private final SandboxId sandbox;
    private final SandboxExec.Program program;
    private final SandboxExec.@Nullable Terminal terminal;
    private final ShellProgram output;
    private final long pid;

    private TerminalShell(
            SandboxShell shells,
            SandboxId sandbox,
            SandboxExec.Program program,
            SandboxExec.@Nullable Terminal terminal,
            ShellProgram output,
            long pid) {
        this.shells = shells;
        this.sandbox = sandbox;
        this.program = program;
        this.terminal = terminal;
        this.output = output;
        this.pid = pid;
    }

    /**
     * Starts one; returns when it runs.
     *
     * @param size of the terminal, null for pipes
     * @throws InvalidValue if its directory cannot be gone to
     */
    static TerminalShell start(
            SandboxExec exec, SandboxShell shells, SandboxId sandbox, TerminalSpec spec, @Nullable TerminalSize size) {
        String token = shells.newId();
        List<String> command = List.of(
                "sh", "-c", script(spec, size != null, token), "sh", Objects.requireNonNullElse(spec.command(), ""));
        SandboxExec.Terminal terminal = size == null ? null : exec.startTerminal(sandbox, command, size);
        SandboxExec.Program program = terminal == null ? exec.start(sandbox, command, null) : terminal;
        try {
            ShellProgram output = shells.follow(program, token);
            String mark = output.awaitMark(SandboxShell.PATIENCE).strip();
            if (!mark.startsWith("P")) {
                throw new InvalidValue("cwd", "must be a directory of the sandbox that can be gone to");
            }
            return new TerminalShell(shells, sandbox, program, terminal, output, Long.parseLong(mark.substring(1)));
        } catch (RuntimeException failed) {
            program.close();
            throw failed;
        }
    }

    /** It becomes the shell of the user, and keeps its number. */
    private static String script(TerminalSpec spec, boolean terminal, String token) {
        String mark = "printf '\\036" + token + "%s\\n' ";
        return spec.enter() + " || { " + mark + "C; exit 1; }\n"
                + (terminal ? "TERM=xterm-256color; export TERM\n" : "")
                + mark + "\"P$$\"\n"
                + "c=$1; if command -v bash >/dev/null 2>&1; then set -- bash --norc --noprofile; else set -- sh; fi\n"
                + "[ -z \"$c\" ] || set -- \"$@\" -c \"$c\"\n"
                + "exec \"$@\"";
    }

    boolean hasTerminal() {
        return terminal != null;
    }

    /** What it writes, and its end. */
    ShellProgram output() {
        return output;
    }

    void write(byte[] bytes, int offset, int length) {
        program.write(bytes, offset, length);
    }

    /** Nothing without a terminal. */
    void resize(TerminalSize size) {
        if (terminal != null) {
            terminal.resize(size);
        }
    }

    /** Sends a signal to what runs in the foreground, and to the shell itself if that is meant or there is nothing else. */
    void signal(TerminalSignal signal) {
        String shell = "kill -" + signal + " -" + pid;
        call("stat " + pid + "\nif [ \"${t:-0}\" -gt 0 ] && [ \"$t\" != " + pid + " ]; then kill -" + signal + " -$t; "
                + (signal.endsShell() ? shell : ":") + "; else " + shell + "; fi");
    }

    /** Kills every process of its session: those in the background have groups of their own. */
    void kill() {
        call("for f in /proc/[0-9]*; do p=${f#/proc/}; stat $p; [ \"$s\" != " + pid + " ] || kill -KILL $p; done");
    }

    private void call(String work) {
        var _ = shells.callToEnd(sandbox, null, 0, _ -> STAT + work);
    }

    @Override
    public void close() {
        output.close();
    }
}
