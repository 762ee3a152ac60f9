package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.terminal.EndIdleTerminals;
import dev.sandkeep.application.terminal.Terminals;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Gives the terminals their threads, ends those that nobody needs, and at last all of them. Thread-safe. */
public final class TerminalKeeping implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Terminals terminals;
    private final EndIdleTerminals endIdleTerminals;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("terminal-keeping").factory());

    public TerminalKeeping(Terminals terminals, EndIdleTerminals endIdleTerminals) {
        this.terminals = terminals;
        this.endIdleTerminals = endIdleTerminals;
    }

    public void start() {
        // The future tells nothing: one that fails to end is logged, and the scheduler ends the job.
        ScheduledFuture<?> _ = scheduler.scheduleWithFixedDelay(
                endIdleTerminals::end, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs it on a thread of its own; returns at once. */
    public void run(Runnable job) {
        var _ = Thread.ofVirtual().name("terminal").start(job);
    }

    @Override
    public void close() {
        scheduler.shutdown();
        terminals.close();
    }
}
