package dev.sandkeep.application.exec;

import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;

/** Lets the runs of a session that this server was asked for go on one after the other, as they came. Thread-safe. */
public final class SessionTurns {

    /** How many runs of one session may be under way and wait. */
    public static final int MOST = 16;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ConcurrentMap<Key, Line> lines = new ConcurrentHashMap<>();

    private record Key(SandboxId sandbox, String session) {}

    private static final class Line {
        private final Semaphore turn = new Semaphore(1, true);
        private int length;
    }

    /** Somebody's turn, which ends with this. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Waits for a turn, until the runs before it ended.
     *
     * @throws SandboxException.Overloaded if as many wait as may
     */
    Turn take(SandboxId sandbox, String session) {
        Key key = new Key(sandbox, session);
        Line line = enter(key);
        line.turn.acquireUninterruptibly();
        return () -> {
            line.turn.release();
            leave(key);
        };
    }

    private Line enter(Key key) {
        return lines.compute(key, (_, present) -> {
            Line line = present == null ? new Line() : present;
            if (line.length == MOST) {
                throw new SandboxException.Overloaded(
                        MOST + " runs of this session wait, as many as may at a time; run one after the other", RETRY);
            }
            line.length++;
            return line;
        });
    }

    private void leave(Key key) {
        lines.computeIfPresent(key, (_, line) -> --line.length == 0 ? null : line);
    }
}
