package dev.sandkeep.application.terminal;

import dev.sandkeep.application.exec.ShellStep;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a terminal writes, on its way to any number of readers, each of which comes for it. Whoever works at the terminal
 * makes it wait, for a while; nobody else does, and whoever is too slow misses some. Thread-safe.
 */
final class TerminalOutput {

    /** How long the terminal waits for a reader that takes nothing. */
    private static final Duration STALL = Duration.ofSeconds(5);

    private static final int MOST = 32 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final OutputRing ring = new OutputRing();
    private @Nullable Reader pace;
    private @Nullable Exit exit;
    private boolean over;

    /** How the shell of a number ended, and where its output did. */
    private record Exit(
            int shell, long offset, int exitCode, @Nullable String why) {}

    /** What somebody has read; changed under the lock only. */
    static final class Reader {
        private final int shell;
        private long cursor;
        private boolean late;
        private boolean takenOver;
        private boolean left;

        private Reader(int shell, long cursor) {
            this.shell = shell;
            this.cursor = cursor;
        }
    }

    /** A new reader, and what was there before it. */
    @SuppressWarnings("ArrayRecordComponent")
    record Joined(Reader reader, long offset, byte[] replay) {}

    /**
     * Begins to read.
     *
     * @param shell the number of the shell whose end ends the reading
     * @param since where to begin, or as near to that as there is something
     * @param paces whether the terminal waits for it
     */
    Joined join(int shell, long since, boolean paces) {
        lock.lock();
        try {
            long from = Math.clamp(since, ring.begin(), ring.end());
            Reader reader = new Reader(shell, ring.end());
            if (paces) {
                pace = reader;
            }
            return new Joined(reader, from, ring.readAll(from));
        } finally {
            lock.unlock();
        }
    }

    /** It reads no more. */
    void leave(Reader reader) {
        change(() -> {
            reader.left = true;
            pace = pace == reader ? null : pace;
        });
    }

    /** Tells a reader that another one is in its place. */
    void takeOver(Reader reader) {
        change(() -> {
            reader.takenOver = true;
            pace = pace == reader ? null : pace;
        });
    }

    /** Tells all readers that nothing comes any more. */
    void end() {
        change(() -> over = true);
    }

    void ended(int shell, int exitCode, @Nullable String why) {
        change(() -> exit = new Exit(shell, ring.end(), exitCode, why));
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes there were ever. */
    long offset() {
        lock.lock();
        try {
            return ring.end();
        } finally {
            lock.unlock();
        }
    }

    /** Takes what the shell wrote; waits for whoever works there. */
    void append(ShellStep.Data data) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = STALL.toNanos();
            while (pace != null && !pace.late && ring.end() + data.length() - pace.cursor > OutputRing.CAPACITY) {
                Reader slow = pace;
                long before = slow.cursor;
                left = changed.awaitNanos(left);
                if (slow.cursor > before) {
                    left = STALL.toNanos();
                } else if (left <= 0) {
                    slow.late = true;
                }
            }
            ring.append(data.channel(), data.bytes(), data.offset(), data.length());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What comes next for a reader, after waiting for it as long as that. */
    TerminalEvent next(Reader reader, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = atMost.toNanos();
            while (true) {
                TerminalEvent event = find(reader);
                if (event != null) {
                    return event;
                }
                if (left <= 0) {
                    return new TerminalEvent.Silence();
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable TerminalEvent find(Reader reader) {
        if (reader.takenOver) {
            return new TerminalEvent.TakenOver();
        }
        if (reader.left) {
            return new TerminalEvent.Over();
        }
        Exit ended = exit != null && exit.shell() >= reader.shell ? exit : null;
        long until = ended != null && ended.shell() == reader.shell ? ended.offset() : ring.end();
        if (reader.cursor < ring.begin() && reader.cursor < until) {
            long offset = ring.begin();
            byte[] all = ring.readAll(offset);
            moveTo(reader, ring.end());
            return new TerminalEvent.Skipped(offset, all);
        }
        if (reader.cursor < until) {
            OutputRing.Piece piece = ring.read(reader.cursor, (int) Math.min(MOST, until - reader.cursor));
            moveTo(reader, reader.cursor + piece.bytes().length);
            return new TerminalEvent.Written(piece.channel(), piece.bytes());
        }
        reader.late = false;
        if (ended != null) {
            return new TerminalEvent.Exited(ended.exitCode(), ended.why());
        }
        return over ? new TerminalEvent.Over() : null;
    }

    private void moveTo(Reader reader, long cursor) {
        reader.cursor = cursor;
        changed.signalAll();
    }
}
