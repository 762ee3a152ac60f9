package dev.sandkeep.application.terminal;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.exec.ShellStep;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.terminal.TerminalOutput.Joined;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.TerminalSize;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One terminal. Its shell is started by the first client and goes on when that leaves; one client works there, others
 * may watch. Thread-safe.
 */
final class Terminal {

    static final int MOST_WATCHERS = 8;

    private static final Logger log = LoggerFactory.getLogger(Terminal.class);

    /** How long a client that took a place may take to begin; it may have gone away in between. */
    private static final Duration CLAIM = Duration.ofSeconds(15);

    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final int KILLED = 137;

    private final String id;
    private final SandboxId sandbox;
    private final TerminalSpec spec;
    private final SandboxExec exec;
    private final SandboxShell shells;
    private final Consumer<Runnable> background;
    private final InstantSource clock;
    private final TerminalOutput output = new TerminalOutput();

    /** Held while a shell is started or the terminal is ended; never taken with the monitor held. */
    private final ReentrantLock starting = new ReentrantLock();

    private @Nullable TerminalClient worker;
    private final Set<TerminalClient> watchers = new HashSet<>();
    private @Nullable TerminalShell shell;
    private int shellNumber;
    private TerminalSize size = TerminalSize.USUAL;
    private Instant lastUsedAt;
    private boolean over;

    Terminal(
            String id,
            SandboxId sandbox,
            TerminalSpec spec,
            SandboxExec exec,
            SandboxShell shells,
            Consumer<Runnable> background,
            InstantSource clock) {
        this.id = id;
        this.sandbox = sandbox;
        this.spec = spec;
        this.exec = exec;
        this.shells = shells;
        this.background = background;
        this.clock = clock;
        this.lastUsedAt = clock.instant();
    }

    String id() {
        return id;
    }

    SandboxId sandbox() {
        return sandbox;
    }

    synchronized TerminalStatus status() {
        return new TerminalStatus(id, shell != null, output.offset());
    }

    /** Takes a place at it; the client must begin soon, or loses it. */
    synchronized TerminalClient claim(Attachment attachment) {
        if (over) {
            throw new ExecException.TerminalNotFound(id);
        }
        Instant now = clock.instant();
        TerminalClient client = new TerminalClient(this, attachment, now);
        if (attachment.watches()) {
            watchers.removeIf(other -> other.isAbandoned(now, CLAIM));
            if (watchers.size() >= MOST_WATCHERS) {
                throw new ExecException.TerminalTaken(MOST_WATCHERS + " clients watch this terminal, as many as may");
            }
            watchers.add(client);
            return client;
        }
        TerminalClient other = worker;
        if (other != null && !other.isAbandoned(now, CLAIM)) {
            if (!attachment.takesOver()) {
                throw new ExecException.TerminalTaken("Another client works at this terminal; takeover=1 takes its"
                        + " place, and watch=1 only looks on");
            }
            other.takenOver(output);
        }
        worker = client;
        return client;
    }

    /** Starts the shell if there is none and it is the client's to do, and begins to read. */
    TerminalClient.Begun begin(TerminalClient client, Attachment attachment) {
        if (attachment.watches()) {
            return join(client, attachment);
        }
        starting.lock();
        try {
            if (current() == null) {
                start(attachment.withTerminal());
            }
            return join(client, attachment);
        } finally {
            starting.unlock();
        }
    }

    private void start(boolean withTerminal) {
        TerminalSize wanted = size();
        if (isOver()) {
            throw new ExecException.TerminalNotFound(id);
        }
        TerminalShell started = TerminalShell.start(exec, shells, sandbox, spec, withTerminal ? wanted : null);
        int number;
        synchronized (this) {
            shell = started;
            number = ++shellNumber;
        }
        log.info("Sandbox {}: terminal {} has a shell", sandbox, id);
        background.accept(() -> pump(started, number));
    }

    private synchronized TerminalClient.Begun join(TerminalClient client, Attachment attachment) {
        // Who watches where no shell runs, waits for the next one.
        int number = shell == null && attachment.watches() ? shellNumber + 1 : shellNumber;
        boolean terminal = shell == null ? attachment.withTerminal() : shell.hasTerminal();
        Joined joined = output.join(number, attachment.since(), !attachment.watches() && client == worker);
        return new TerminalClient.Begun(terminal, joined.offset(), joined.replay(), joined.reader());
    }

    private void pump(TerminalShell from, int number) {
        int code = KILLED;
        String why = null;
        try {
            ShellStep step = from.output().next(WAIT);
            while (!(step instanceof ShellStep.Ended)) {
                if (step instanceof ShellStep.Data data) {
                    output.append(data);
                }
                step = from.output().next(WAIT);
            }
            code = ((ShellStep.Ended) step).exitCode();
        } catch (InterruptedException stopping) {
            why = "the server stops";
        } catch (ExecException | SandboxException lost) {
            why = lost.getMessage();
        } finally {
            from.close();
            synchronized (this) {
                shell = null;
            }
            output.ended(number, code, why);
            log.info("Sandbox {}: the shell of terminal {} ended: {}", sandbox, id, why == null ? code : why);
        }
    }

    private synchronized @Nullable TerminalShell current() {
        return shell;
    }

    private synchronized boolean isOver() {
        return over;
    }

    private synchronized TerminalSize size() {
        return size;
    }

    private synchronized TerminalShell running(TerminalClient client) {
        if (client != worker) {
            throw new ExecException.Failed("This client only watches the terminal");
        }
        if (shell == null) {
            throw new ExecException.Failed("The shell of this terminal has ended");
        }
        return shell;
    }

    void write(TerminalClient client, byte[] bytes, int offset, int length) {
        running(client).write(bytes, offset, length);
    }

    void signal(TerminalClient client, TerminalSignal signal) {
        running(client).signal(signal);
    }

    void resize(TerminalClient client, TerminalSize wanted) {
        TerminalShell resized = running(client);
        synchronized (this) {
            size = wanted;
        }
        resized.resize(wanted);
    }

    TerminalOutput output() {
        return output;
    }

    synchronized void leave(TerminalClient client) {
        worker = worker == client ? null : worker;
        watchers.remove(client);
        lastUsedAt = clock.instant();
    }

    /** Whether nobody was there for so long. */
    synchronized boolean isIdle(Duration idle) {
        Instant now = clock.instant();
        boolean used = (worker != null && !worker.isAbandoned(now, CLAIM))
                || watchers.stream().anyMatch(watcher -> !watcher.isAbandoned(now, CLAIM));
        return !used && now.isAfter(lastUsedAt.plus(idle));
    }

    /**
     * Kills all that runs there, and tells the clients. Idempotent.
     *
     * @throws SandboxException.NotReachable if the sandbox is paused, so that nothing in it can be killed
     */
    void end() {
        starting.lock();
        try {
            TerminalShell running = current();
            if (running != null) {
                kill(running);
            }
            synchronized (this) {
                over = true;
            }
            output.end();
            if (running != null) {
                running.close();
            }
        } finally {
            starting.unlock();
        }
    }

    private void kill(TerminalShell running) {
        try {
            running.kill();
        } catch (SandboxException.NotFound | SandboxException.Ended | ExecException.NotRunning gone) {
            log.debug("Terminal {} ended with its sandbox: {}", id, gone.getMessage());
        }
    }

    @Override
    public String toString() {
        return Objects.toString(id);
    }
}
