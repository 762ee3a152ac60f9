package dev.sandkeep.application.code;

import dev.sandkeep.application.exec.ShellProgram;
import dev.sandkeep.application.exec.ShellStep;
import dev.sandkeep.application.exec.Signals;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process in a sandbox that runs pieces of code. It ends when its input does. One thread at a time may read it;
 * signals and {@link #close} are for any.
 */
final class Interpreter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Interpreter.class);
    private static final int MOST_EARLY = 64;

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

    Interpreter(SandboxId sandbox, Driver driver, ShellProgram shell, Signals signals, String token, long group) {
        this.sandbox = sandbox;
        this.driver = driver;
        this.shell = shell;
        this.signals = signals;
        this.token = token;
        this.group = group;
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
        if (driver.leavesSomething()) {
            signals.terminate(sandbox, group);
        } else {
            signals.kill(sandbox, group, null);
        }
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
