package dev.sandkeep.application.exec;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A shell in a sandbox that was given a program of ours. The program comes along the shell's input, in one pair of
 * braces, so that it is read to its end before any of it is done, and is of any length and in no list of processes. Its
 * marks are told apart from its output. For one thread, but {@link #close} for any.
 */
public final class ShellProgram implements AutoCloseable {

    private static final int MOST_WORDS = 1000;
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final SandboxExec.Program program;
    private final Marks marks;
    private final Runnable closing;
    private final Deque<ShellStep> steps = new ArrayDeque<>();

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

    /**
     * Follows a program that was started with one of ours in its arguments, and is given input by others.
     *
     * @param token of its marks
     */
    public static ShellProgram follow(SandboxExec.Program program, String token) {
        return new ShellProgram(program, token, () -> {});
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
                // What may be the beginning of a mark is no silence.
                ShellStep first = steps.poll();
                yield first == null ? next(atMost) : first;
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
     * The next mark on the standard output; what is on it before is left out. Whatever comes on the other output
     * meanwhile, comes next.
     *
     * @throws ExecException.Failed if the program ends before, or takes longer than that
     */
    public String awaitMark(Duration atMost) {
        Deque<ShellStep> aside = new ArrayDeque<>();
        while (true) {
            switch (next(atMost)) {
                case ShellStep.Mark mark
                when mark.channel() == Channel.STDOUT -> {
                    while (!aside.isEmpty()) {
                        steps.addFirst(aside.removeLast());
                    }
                    return mark.text();
                }
                case ShellStep.Data data when data.channel() == Channel.STDOUT -> {}
                case ShellStep.Mark other -> aside.add(other);
                case ShellStep.Data other -> aside.add(other);
                case ShellStep.Silence _ ->
                    throw new ExecException.Failed(
                            "The shell in the sandbox did not answer within " + atMost.toSeconds() + " s");
                case ShellStep.Ended ended ->
                    throw new ExecException.Failed("The shell in the sandbox ended with exit code " + ended.exitCode()
                            + " before it did what it should: " + words(aside));
            }
        }
    }

    private static String words(Deque<ShellStep> errors) {
        StringBuilder words = new StringBuilder();
        for (ShellStep step : errors) {
            if (step instanceof ShellStep.Data data && words.length() < MOST_WORDS) {
                words.append(new String(
                        data.bytes(), data.offset(), Math.min(MOST_WORDS, data.length()), StandardCharsets.UTF_8));
            }
        }
        return words.toString().strip();
    }

    /** What it still writes as errors until it ends; for a message. */
    public String lastErrors() {
        Deque<ShellStep> rest = new ArrayDeque<>();
        while (true) {
            switch (next(LAST_WORDS)) {
                case ShellStep.Data data when data.channel() == Channel.STDERR -> rest.add(data);
                case ShellStep.Data _, ShellStep.Mark _ -> {}
                case ShellStep.Silence _, ShellStep.Ended _ -> {
                    return words(rest);
                }
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
