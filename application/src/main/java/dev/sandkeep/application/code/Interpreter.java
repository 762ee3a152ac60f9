package dev.sandkeep.application.code;

import dev.sandkeep.application.exec.Marks;
import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.exec.ShellProgram;
import dev.sandkeep.application.exec.ShellStep;
import dev.sandkeep.application.exec.ShellText;
import dev.sandkeep.application.exec.Signals;
import dev.sandkeep.domain.exec.CodeContext;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process in a sandbox that runs pieces of code. It ends when its input does. One thread at a time may read it;
 * signals and {@link #close} are for any.
 */
final class Interpreter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Interpreter.class);
    private static final int MOST_EARLY = 64;
    private static final String READY = ".ready";

    private final SandboxId sandbox;
    private final Driver driver;
    private final ShellProgram shell;
    private final Signals signals;
    private final String token;
    private final long group;
    private volatile boolean ended;

    /** Whether an interrupt reaches the code, and nothing of ours. */
    private volatile boolean interruptible;

    private volatile boolean interrupted;
    private long run;
    private final Deque<ShellStep> early = new ArrayDeque<>();

    private Interpreter(
            SandboxId sandbox, Driver driver, ShellProgram shell, Signals signals, String token, long group) {
        this.sandbox = sandbox;
        this.driver = driver;
        this.shell = shell;
        this.signals = signals;
        this.token = token;
        this.group = group;
    }

    /**
     * Starts one; returns when it takes code. Blocks.
     *
     * @throws ExecException.NotStarted if the image has none, or no shell
     * @throws InvalidValue if its directory cannot be
     * @throws SandboxException.Overloaded if too much runs in the sandbox
     */
    static Interpreter start(SandboxShell shells, SandboxId sandbox, CodeContext context) {
        Driver driver = Driver.of(context.language());
        AtomicReference<String> token = new AtomicReference<>("");
        ShellText.PathWord place = place(context);
        ShellProgram shell = shells.open(sandbox, null, given -> {
            token.set(given);
            return enter(place, given) + driver.become(given);
        });
        try {
            String mark = shell.awaitMark(SandboxShell.PATIENCE);
            switch (mark.charAt(0)) {
                case 'P' -> {}
                case 'C' ->
                    throw new InvalidValue(
                            "context.cwd",
                            "must be a directory that is there or can be made, of variables that are set");
                default ->
                    throw new ExecException.NotStarted("The sandbox has no "
                            + context.language().program() + ", which code in "
                            + context.language().word() + " needs; use an image that has it");
            }
            Interpreter started = new Interpreter(
                    sandbox, driver, shell, new Signals(shells), token.get(), Long.parseLong(mark.substring(1)));
            started.send(driver.setUp(token.get()));
            started.awaitReady();
            return started;
        } catch (RuntimeException failed) {
            shell.close();
            throw failed;
        }
    }

    private static ShellText.@Nullable PathWord place(CodeContext context) {
        String directory = context.directory();
        return directory == null || directory.isEmpty() ? null : ShellText.path("context.cwd", directory);
    }

    private static String enter(ShellText.@Nullable PathWord place, String token) {
        return place == null
                ? ""
                : "{ " + place.condition() + " && mkdir -p -- " + place.word() + " && cd -- " + place.word()
                        + "; } 2>/dev/null || { " + Marks.print(token, "C", "") + "; exit; }\n";
    }

    /** Told on both outputs, so that nothing of what it said at its start is taken for the code's. */
    private void awaitReady() {
        String first = shell.awaitMark(SandboxShell.PATIENCE);
        if (!first.equals(READY)) {
            throw new ExecException.Failed("The interpreter in the sandbox did not begin as it should");
        }
        while (true) {
            switch (shell.next(SandboxShell.PATIENCE)) {
                case ShellStep.Mark _ -> {
                    return;
                }
                case ShellStep.Data _ -> {}
                case ShellStep.Silence _, ShellStep.Ended _ ->
                    throw new ExecException.Failed("The interpreter in the sandbox ended as soon as it began");
            }
        }
    }

    boolean hasEnded() {
        return ended;
    }

    /** Looks whether it takes code still; what it wrote meanwhile comes first afterwards. */
    boolean runs() {
        while (!ended && early.size() < MOST_EARLY) {
            ShellStep step = next(Duration.ZERO);
            if (step instanceof ShellStep.Silence) {
                return true;
            }
            early.add(step);
        }
        return !ended;
    }

    /** Gives it the next piece of code. */
    void request(String code) {
        run++;
        interrupted = false;
        interruptible = !driver.tellsBegin();
        send(driver.request(code, token));
    }

    /** It has read the code: it is asked to tell the end. */
    void begun() {
        interruptible = true;
        conclude();
    }

    /** Asks it to tell the end, if it does not do that by itself. */
    void conclude() {
        try {
            send(driver.conclusion(token, run));
        } catch (ExecException.Failed ending) {
            log.debug("Sandbox {}: an interpreter ends: {}", sandbox, ending.getMessage());
        }
    }

    /** Whether this number was given to it with the piece of code that it runs. */
    boolean isCurrent(String number) {
        return number.equals(Long.toString(run));
    }

    /** Whether a request to tell the end may have been lost by an interrupt. */
    boolean mayForget() {
        return driver.tellsBegin() && interrupted;
    }

    /** It told the end. */
    void idle() {
        interruptible = false;
    }

    private void send(byte[] bytes) {
        shell.write(bytes, 0, bytes.length);
    }

    /** What it does next; it must not be asked again after its end. */
    ShellStep step(Duration atMost) {
        ShellStep before = early.poll();
        return before == null ? next(atMost) : before;
    }

    private ShellStep next(Duration atMost) {
        try {
            ShellStep step = shell.next(atMost);
            if (step instanceof ShellStep.Ended) {
                ended = true;
            }
            return step;
        } catch (RuntimeException gone) {
            ended = true;
            throw gone;
        }
    }

    /** Interrupts the code, as Ctrl-C does; nothing happens if none runs yet or any more. */
    void interrupt() {
        if (!interruptible) {
            return;
        }
        interrupted = true;
        signals.interrupt(sandbox, group);
    }

    /** Ends it with all that it started. */
    void kill() {
        signals.kill(sandbox, group, null);
    }

    /** Ends it with all that it started, if the sandbox can still be reached; and lets go of it. */
    void end() {
        try {
            kill();
        } catch (ExecException | SandboxException gone) {
            log.debug("Sandbox {}: an interpreter cannot be reached any more: {}", sandbox, gone.getMessage());
        } finally {
            close();
        }
    }

    /** Lets go of it; it ends when it asks for the next piece of code. Idempotent. */
    @Override
    public void close() {
        ended = true;
        shell.close();
    }
}
