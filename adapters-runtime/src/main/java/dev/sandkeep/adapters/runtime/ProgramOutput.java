package dev.sandkeep.adapters.runtime;

import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a program writes, on its way from the threads that take it from a connection to whoever reads it. The threads get as
 * far ahead as {@link #AHEAD} pieces; then they wait, and so does the program. For any number of writers and one reader.
 */
public final class ProgramOutput {

    private static final int AHEAD = 8;

    /** How long an end may take to be found out, once it is asked for. */
    private static final Duration END = Duration.ofSeconds(1);

    /** What is handed over: output, an end, or what went wrong. */
    private record Item(
            @Nullable ProcessOutput output, @Nullable RuntimeException failure) {}

    private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(AHEAD);
    private @Nullable Item last;

    /** How many were handed over, how many taken, and how many were taken when the reader last found no more. */
    private long given;

    private long taken;
    private long wantedAfter = -1;
    private boolean ending;

    /** Hands a piece over, and waits until there is room for it. */
    public void add(Channel channel, byte[] bytes) throws InterruptedException {
        synchronized (this) {
            given++;
        }
        items.put(new Item(new ProcessOutput.Written(channel, bytes), null));
    }

    /**
     * Nothing is written any more. Waits until all that was handed over is taken and the reader asks for more, which many
     * never do: for an end that costs something to find out.
     */
    public synchronized void awaitDemand() throws InterruptedException {
        ending = true;
        while (wantedAfter < given) {
            wait();
        }
    }

    /** Returns whether only the end is to come. */
    private synchronized boolean demand() {
        wantedAfter = taken;
        notifyAll();
        return ending;
    }

    /** Hands the end over, after which comes nothing else. */
    public void end(int exitCode) throws InterruptedException {
        items.put(new Item(new ProcessOutput.Ended(exitCode), null));
    }

    /** Hands over what went wrong, after which comes nothing else. */
    public void fail(RuntimeException failure) throws InterruptedException {
        items.put(new Item(null, failure));
    }

    /**
     * What comes next, after waiting for it as long as that, or a moment more if it is the end. The end, or what went wrong,
     * comes again.
     *
     * @throws RuntimeException what went wrong, if something did
     */
    public ProcessOutput read(Duration atMost) {
        Item item = last == null ? poll(atMost) : last;
        if (item == null) {
            return new ProcessOutput.Silence();
        }
        if (item.failure() != null) {
            last = item;
            throw item.failure();
        }
        if (item.output() instanceof ProcessOutput.Ended) {
            last = item;
        }
        return Objects.requireNonNull(item.output());
    }

    private @Nullable Item poll(Duration atMost) {
        try {
            Item item = items.poll();
            if (item == null) {
                Duration patience = demand() && atMost.compareTo(END) < 0 ? END : atMost;
                item = items.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
            }
            if (item != null) {
                taken++;
            }
            return item;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailable("Nobody waits any more for what a program in a sandbox writes", stopped);
        }
    }
}
