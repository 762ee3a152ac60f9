package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.CommandEnd;
import dev.sandkeep.domain.exec.CommandStatus;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The foreground commands of this server: those that run, and the last that ended. Thread-safe. */
public final class KnownCommands {

    /** The process group of a command that nobody can know that of. */
    static final CommandGroup NO_GROUP = new CommandGroup(-1, "", null);

    private static final int MOST_ENDED = 4096;

    private final Map<Key, Known> commands = new ConcurrentHashMap<>();
    private final Queue<Key> ended = new ArrayDeque<>();

    private record Key(SandboxId sandbox, String id) {}

    /** One of them. */
    static final class Known {
        private final String id;
        private final Instant startedAt;
        private final CommandGroup group;
        private volatile @Nullable Instant interruptedAt;
        private volatile @Nullable CommandEnd end;
        private volatile @Nullable Instant finishedAt;

        private Known(String id, Instant startedAt, CommandGroup group) {
            this.id = id;
            this.startedAt = startedAt;
            this.group = group;
        }

        /** The process group of all that it started, unless that left it. */
        CommandGroup group() {
            return group;
        }

        @Nullable
        Instant interruptedAt() {
            return interruptedAt;
        }

        /**
         * Asks it to end, once, unless that fails or finds that it ended by itself.
         *
         * @param ask whether it was there to be asked; what it throws is thrown on
         */
        synchronized void interrupt(Instant now, BooleanSupplier ask) {
            if (end != null || interruptedAt != null) {
                return;
            }
            // Before it is asked, since its end may be seen before we know that it was.
            interruptedAt = now;
            boolean asked = false;
            try {
                asked = ask.getAsBoolean();
            } finally {
                if (!asked) {
                    interruptedAt = null;
                }
            }
        }

        boolean hasEnded() {
            return end != null;
        }

        CommandStatus status() {
            return new CommandStatus(id, startedAt, end, finishedAt);
        }
    }

    Known begin(SandboxId sandbox, String id, CommandGroup group, Instant now) {
        Known known = new Known(id, now, group);
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
