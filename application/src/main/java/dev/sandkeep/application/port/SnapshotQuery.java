package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.snapshot.SnapshotState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which snapshots to list.
 *
 * @param sandboxId the sandbox that they were made of, or null for any
 * @param name the name that a snapshot must have, or null for any
 * @param states the states to include; empty means every state
 * @param page 1 or more
 * @param pageSize 1 or more
 */
public record SnapshotQuery(
        @Nullable SandboxId sandboxId, @Nullable String name, Set<SnapshotState.Kind> states, int page, int pageSize) {

    public SnapshotQuery {
        states = Set.copyOf(states);
    }
}
