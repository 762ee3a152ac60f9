package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.CommandEnd;
import dev.sandkeep.domain.exec.CommandStatus;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The foreground commands of this server: those that run, and the last that ended. Thread-safe. */
public final class KnownCommands {

    private static final int MOST_ENDED = 4096;

    private final Map<Key, Known> commands = new ConcurrentHashMap<>();
    private final Queue<Key> ended = new ArrayDeque<>();

    private record Key(SandboxId sandbox, String id) {}

    /** One of them. */
    static final class Known {
        private final String id;
        private final Instant startedAt;
        private final long group;
        private final @Nullable ExecUser user;
        private volatile @Nullable Instant interruptedAt;
        private volatile @Nullable CommandEnd end;
        private volatile @Nullable Instant finishedAt;

        private Known(String id, Instant startedAt, long group, @Nullable ExecUser user) {
            this.id = id;
            this.startedAt = startedAt;
            this.group = group;
            this.user = user;
        }

        /** The process group of all that it started, unless that left it. */
        long group() {
            return group;
        }

        @Nullable
        ExecUser user() {
            return user;
        }

        @Nullable
        Instant interruptedAt() {
            return interruptedAt;
        }

        void interrupt(Instant now) {
            interruptedAt = now;
        }

        boolean hasEnded() {
            return end != null;
        }

        CommandStatus status() {
            return new CommandStatus(id, startedAt, end, finishedAt);
        }
    }

    Known begin(SandboxId sandbox, String id, long group, @Nullable ExecUser user, Instant now) {
        Known known = new Known(id, now, group, user);
        commands.put(new Key(sandbox, id), known);
        return known;
    }

    void end(SandboxId sandbox, Known known, CommandEnd end, Instant now) {
        known.finishedAt = now;
        known.end = end;
        Key oldest = null;
        synchronized (ended) {
            ended.add(new Key(sandbox, known.id));
            if (ended.size() > MOST_ENDED) {
                oldest = ended.remove();
            }
        }
        if (oldest != null) {
            commands.remove(oldest);
        }
    }

    /** It ended, and another may come under its id. */
    void forget(SandboxId sandbox, Known known) {
        commands.remove(new Key(sandbox, known.id), known);
    }

    Optional<Known> find(SandboxId sandbox, String id) {
        return Optional.ofNullable(commands.get(new Key(sandbox, id)));
    }
}
