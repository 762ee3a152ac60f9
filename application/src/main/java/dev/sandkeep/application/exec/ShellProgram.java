package dev.sandkeep.application.exec;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * A shell in a sandbox that was given a program of ours. The program comes along the shell's input, in one pair of
 * braces, so that it is read to its end before any of it is done, and is of any length and in no list of processes. Its
 * marks are told apart from its output. For one thread, but {@link #close} for any.
 */
public final class ShellProgram implements AutoCloseable {

    private static final int MOST_WORDS = 1000;
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    /** A command may write errors before the mark before it is seen, since the two outputs take ways of their own. */
    private static final int MOST_ASIDE = 64 * 1024;

    /** What a piece of output costs beside its bytes. */
    private static final int STEP = 64;

    private final SandboxExec.Program program;
    private final Marks marks;
    private final LongSupplier nanos;
    private final Runnable closing;
    private final boolean shell;
    private final Deque<ShellStep> steps = new ArrayDeque<>();

    private ShellProgram(
            SandboxExec.Program program, String token, LongSupplier nanos, Runnable closing, boolean shell) {
        this.program = program;
        this.marks = new Marks(token);
        this.nanos = nanos;
        this.closing = closing;
        this.shell = shell;
    }

    /**
     * Gives a shell that was just started its program.
     *
     * @param nanos a clock that nobody sets
     * @param closing done once, at the end
     */
    static ShellProgram begin(
            SandboxExec.Program shell, String token, String script, LongSupplier nanos, Runnable closing) {
        ShellProgram begun = new ShellProgram(shell, token, nanos, closing, true);
        byte[] bytes = ("{\n" + script + "\nexit\n}\n").getBytes(StandardCharsets.UTF_8);
        try {
            shell.write(bytes, 0, bytes.length);
        } catch (ExecException.Failed noReader) {
            // Why there is no shell that reads, is what it says instead.
            return begun;
        }
        return begun;
    }

    /** Follows a program that was started with one of ours in its arguments, and is given input by others. */
    static ShellProgram follow(SandboxExec.Program program, String token, LongSupplier nanos) {
        return new ShellProgram(program, token, nanos, () -> {}, true);
    }

    /** Follows a program that is none of ours, and no shell. */
    static ShellProgram follow(SandboxExec.Program program, String token, LongSupplier nanos, Runnable closing) {
        return new ShellProgram(program, token, nanos, closing, false);
    }

    /** What happens next, after waiting for it as long as that. */
    public ShellStep next(Duration atMost) {
        long deadline = nanos.getAsLong() + atMost.toNanos();
        ShellStep step = steps.poll();
        while (step == null) {
            switch (read(left(deadline))) {
                // What may be the beginning of a mark is no step yet, and gives no more time.
                case ProcessOutput.Written written -> marks.feed(written.channel(), written.bytes(), steps::add);
                case ProcessOutput.Silence _ -> steps.add(new ShellStep.Silence());
                case ProcessOutput.Ended ended -> {
                    marks.end(steps::add);
                    steps.add(new ShellStep.Ended(ended.exitCode()));
                }
            }
            step = steps.poll();
        }
        return step;
    }

    private Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - nanos.getAsLong()));
    }

    /**
     * What happens next, of a program that must have ended by then.
     *
     * @param deadline as the clock has it that was given
     * @throws ExecException.Failed if it is later, however much was written until then
     */
    ShellStep nextUntil(long deadline, Duration whole) {
        if (deadline - nanos.getAsLong() <= 0) {
            throw late(whole);
        }
        ShellStep step = next(left(deadline));
        if (step instanceof ShellStep.Silence) {
            throw late(whole);
        }
        return step;
    }

    private static ExecException.Failed late(Duration whole) {
        return new ExecException.Failed(
                "The shell in the sandbox did not do what it should within " + whole.toSeconds() + " s");
    }

    private ProcessOutput read(Duration atMost) {
        try {
            return program.read(atMost);
        } catch (ExecException.NotStarted none) {
            throw shell
                    ? new ExecException.NotStarted(
                            "This needs a shell (sh), which could not be started. " + none.getMessage())
                    : none;
        }
    }

    /**
     * The next mark on the standard output; what is on it before is left out. Whatever comes on the other output
     * meanwhile, comes next.
     *
     * @throws ExecException.Failed if the program ends before, takes longer than that whatever it writes, or writes more on
     *     the other output than is kept
     */
    public String awaitMark(Duration atMost) {
        long deadline = nanos.getAsLong() + atMost.toNanos();
        Deque<ShellStep> aside = new ArrayDeque<>();
        int kept = 0;
        while (true) {
            ShellStep step = nextUntil(deadline, atMost);
            switch (step) {
                case ShellStep.Mark mark
                when mark.channel() == Channel.STDOUT -> {
                    while (!aside.isEmpty()) {
                        steps.addFirst(aside.removeLast());
                    }
                    return mark.text();
                }
                case ShellStep.Data data when data.channel() == Channel.STDOUT -> {}
                case ShellStep.Mark _, ShellStep.Data _ -> {
                    kept += step instanceof ShellStep.Data data ? data.length() + STEP : STEP;
                    if (kept > MOST_ASIDE) {
                        throw new ExecException.Failed(
                                "The shell in the sandbox wrote much before it did what it should: " + words(aside));
                    }
                    aside.add(step);
                }
                case ShellStep.Silence _ -> throw late(atMost);
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

    /** What it still writes as errors until it ends, or for a few seconds, and no more of it than fits a message. */
    public String lastErrors() {
        long deadline = nanos.getAsLong() + LAST_WORDS.toNanos();
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        boolean more = true;
        while (more && words.size() < MOST_WORDS && deadline - nanos.getAsLong() > 0) {
            switch (next(left(deadline))) {
                case ShellStep.Data data
                when data.channel() == Channel.STDERR ->
                    words.write(data.bytes(), data.offset(), Math.min(data.length(), MOST_WORDS - words.size()));
                case ShellStep.Data _, ShellStep.Mark _ -> {}
                case ShellStep.Silence _, ShellStep.Ended _ -> more = false;
            }
        }
        return words.toString(StandardCharsets.UTF_8).strip();
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
