package dev.sandkeep.domain.exec;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a command is.
 *
 * @param end null while it runs
 * @param finishedAt null while it runs, or if the sandbox has no clock to say when it ended
 */
public record CommandStatus(
        String id,
        Instant startedAt,
        @Nullable CommandEnd end,
        @Nullable Instant finishedAt) {

    public boolean running() {
        return end == null;
    }
}
