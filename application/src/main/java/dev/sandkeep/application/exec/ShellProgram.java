package dev.sandkeep.application.exec;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A shell in a sandbox that was given a program of ours. The program comes along the shell's input, in one pair of
 * braces, so that it is read to its end before any of it is done, and is of any length and in no list of processes. Its
 * marks are told apart from its output. For one thread, but {@link #close} for any.
 */
public final class ShellProgram implements AutoCloseable {

    private final SandboxExec.Program program;
    private final Marks marks;
    private final Runnable closing;
    private final Queue<ShellStep> steps = new ArrayDeque<>();

    private ShellProgram(SandboxExec.Program program, String token, Runnable closing) {
        this.program = program;
        this.marks = new Marks(token);
        this.closing = closing;
    }

    /**
     * Gives a shell that was just started its program.
     *
     * @param closing done once, at the end
     */
    static ShellProgram begin(SandboxExec.Program shell, String token, String script, Runnable closing) {
        ShellProgram begun = new ShellProgram(shell, token, closing);
        byte[] bytes = ("{\n" + script + "\nexit\n}\n").getBytes(StandardCharsets.UTF_8);
        try {
            shell.write(bytes, 0, bytes.length);
        } catch (ExecException.Failed noReader) {
            // Why there is no shell that reads, is what it says instead.
            return begun;
        }
        return begun;
    }

    /** What happens next, after waiting for it as long as that. */
    public ShellStep next(Duration atMost) {
        ShellStep waiting = steps.poll();
        if (waiting != null) {
            return waiting;
        }
        return switch (program.read(atMost)) {
            case ProcessOutput.Written written -> {
                marks.feed(written.channel(), written.bytes(), steps::add);
                ShellStep first = steps.poll();
                yield first == null ? new ShellStep.Silence() : first;
            }
            case ProcessOutput.Silence _ -> new ShellStep.Silence();
            case ProcessOutput.Ended ended -> {
                marks.end(steps::add);
                steps.add(new ShellStep.Ended(ended.exitCode()));
                yield steps.remove();
            }
        };
    }

    /**
     * The next mark on the standard output; other output before it is left out.
     *
     * @throws ExecException.Failed if the program ends before, or takes longer than that
     */
    public String awaitMark(Duration atMost) {
        StringBuilder errors = new StringBuilder();
        while (true) {
            switch (next(atMost)) {
                case ShellStep.Mark mark -> {
                    return mark.text();
                }
                case ShellStep.Data data -> {
                    if (data.channel() == Channel.STDERR && errors.length() < 1000) {
                        errors.append(new String(data.bytes(), data.offset(), data.length(), StandardCharsets.UTF_8));
                    }
                }
                case ShellStep.Silence _ ->
                    throw new ExecException.Failed(
                            "The shell in the sandbox did not answer within " + atMost.toSeconds() + " s");
                case ShellStep.Ended ended ->
                    throw new ExecException.Failed("The shell in the sandbox ended with exit code " + ended.exitCode()
                            + " before it did what it should: "
                            + errors.toString().strip());
            }
        }
    }

    /** Gives the program more input, once it told that it read itself to the end. */
    public void write(byte[] bytes, int offset, int length) {
        program.write(bytes, offset, length);
    }

    /** Lets go of it; what still runs goes on. Idempotent. */
    @Override
    public void close() {
        program.close();
        closing.run();
    }
}
