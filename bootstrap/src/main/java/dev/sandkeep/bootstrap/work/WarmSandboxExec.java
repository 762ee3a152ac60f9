package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.TerminalSize;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has shells wait for their program in the sandboxes that were worked in lately, so that a command need not wait for the
 * engine to start one. Each is started as any other, does one program and ends, so that nothing of a command is there for
 * the next. A shell must answer before it is given away, and one that does not is replaced by a new one: it has read
 * nothing yet, so that no program is ever run twice. Whatever is not a bare shell for the user of the entry process is
 * started as it is. Thread-safe.
 */
public final class WarmSandboxExec implements SandboxExec, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WarmSandboxExec.class);

    /** How many may wait in all sandboxes together: each has a connection to the engine. */
    private static final int MOST = 128;

    private static final List<String> SHELL = List.of("sh");

    /** When the next one is begun if the last is still at work; before that it would only be in its way. */
    private static final Duration REFILL = Duration.ofMillis(100);

    /**
     * With so many others at work in a sandbox, none is begun when one ends, since all may end at once: while a program is
     * being started, containerd 1.6.20 takes a second for every end in the same container beyond 32, and starts nothing else
     * there until then. Version 1.6.22 changed that part (containerd issue 8557).
     */
    private static final int CROWD = 4;

    private static final Duration SHORTEST_SWEEP = Duration.ofMillis(50);

    private final SandboxExec exec;
    private final int perSandbox;
    private final Duration idle;
    private final Map<SandboxId, WaitingShells> waiting = new ConcurrentHashMap<>();
    private final Map<SandboxId, Integer> working = new ConcurrentHashMap<>();
    private final int most;
    private final Semaphore room;
    private final ExecutorService starts = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("warm-shell-", 0).factory());
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("warm-shells").daemon().factory());
    private volatile boolean closed;

    /**
     * @param perSandbox how many wait in one sandbox; with 0 there are none
     * @param idle after how long without work in a sandbox its shells are ended
     */
    public WarmSandboxExec(SandboxExec exec, int perSandbox, Duration idle) {
        this(exec, perSandbox, idle, MOST);
    }

    /** The same with another number of all that may wait. */
    WarmSandboxExec(SandboxExec exec, int perSandbox, Duration idle, int most) {
        this.exec = exec;
        this.most = most;
        this.room = new Semaphore(most);
        this.perSandbox = perSandbox;
        this.idle = idle;
        if (perSandbox > 0) {
            long every = Math.max(SHORTEST_SWEEP.toNanos(), idle.toNanos() / 4);
            // A sweep only closes connections, which never throws.
            ScheduledFuture<?> _ = scheduler.scheduleWithFixedDelay(this::sweep, every, every, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public boolean choosesUser() {
        return exec.choosesUser();
    }

    @Override
    public Program start(SandboxId id, List<String> command, @Nullable ExecUser user) {
        if (perSandbox == 0 || user != null || !command.equals(SHELL)) {
            return exec.start(id, command, user);
        }
        WaitingShells there = waiting.get(id);
        Program ready = there == null ? null : there.take();
        Working shell = new Working(id, ready == null ? exec.start(id, command, null) : ready);
        try {
            ScheduledFuture<?> _ = scheduler.schedule(() -> refill(id, shell), REFILL.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException stopping) {
            log.debug("No shell follows, since the server stops: {}", stopping.getMessage());
        }
        return shell;
    }

    @Override
    public Terminal startTerminal(SandboxId id, List<String> command, TerminalSize size) {
        return exec.startTerminal(id, command, size);
    }

    /** One that was given away, and is followed by the next. */
    private final class Working implements Program {
        private final SandboxId id;
        private final Program shell;
        private final AtomicBoolean open = new AtomicBoolean(true);
        /** Cleared if there is no shell in the image. */
        private volatile boolean works = true;

        Working(SandboxId id, Program shell) {
            this.id = id;
            this.shell = shell;
            working.merge(id, 1, Integer::sum);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            shell.write(bytes, offset, length);
        }

        @Override
        public ProcessOutput read(Duration atMost) {
            try {
                return shell.read(atMost);
            } catch (ExecException.NotStarted noShell) {
                works = false;
                throw noShell;
            }
        }

        @Override
        public void close() {
            shell.close();
            if (open.getAndSet(false) && left(id) < CROWD) {
                refill(id, this);
            }
        }
    }

    /** Returns how many others are still at work there. */
    private int left(SandboxId id) {
        Integer others = working.computeIfPresent(id, (_, now) -> now == 1 ? null : now - 1);
        return others == null ? 0 : others;
    }

    private void refill(SandboxId id, Working after) {
        if (closed || !after.works) {
            return;
        }
        try {
            waiting.computeIfAbsent(id, _ -> new WaitingShells(id, perSandbox, room))
                    .fill(starts, () -> exec.start(id, SHELL, null));
        } catch (RejectedExecutionException stopping) {
            log.debug("No shell follows, since the server stops: {}", stopping.getMessage());
        }
    }

    /** Call this when a sandbox is in another state: what waits in one that does not run is ended. */
    public void changed(Sandbox sandbox) {
        if (sandbox.state().kind() != SandboxState.Kind.RUNNING) {
            end(sandbox.id());
        }
    }

    /** Call this when another server may have changed a sandbox; it is looked up only if shells wait in it. */
    public void changed(SandboxId id, Supplier<Optional<Sandbox>> current) {
        if (waiting.containsKey(id)) {
            current.get().ifPresentOrElse(this::changed, () -> end(id));
        }
    }

    private void end(SandboxId id) {
        WaitingShells gone = waiting.remove(id);
        if (gone != null) {
            gone.close();
        }
    }

    private void sweep() {
        waiting.forEach((id, shells) -> {
            if (shells.isUnusedFor(idle)) {
                end(id);
            }
        });
    }

    /** How many wait, or are being started. */
    public int waitingCount() {
        return most - room.availablePermits();
    }

    /** Ends all that wait; those that were given away go on. */
    @Override
    public void close() {
        closed = true;
        scheduler.shutdownNow();
        starts.shutdown();
        List.copyOf(waiting.keySet()).forEach(this::end);
        try {
            // One that is still being started is let go of as soon as it is there.
            if (!starts.awaitTermination(1, TimeUnit.SECONDS)) {
                starts.shutdownNow();
            }
        } catch (InterruptedException impatient) {
            starts.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
