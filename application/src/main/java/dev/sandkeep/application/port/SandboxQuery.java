package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which sandboxes to list.
 *
 * @param states the states to include; empty means every state that is not an end state
 * @param metadata labels that a sandbox must all have, with exactly these values
 * @param page 1 or more; counted from the position, if there is one
 * @param pageSize 1 or more
 * @param after only sandboxes that come after this position, or null for all
 */
public record SandboxQuery(
        Set<SandboxState.Kind> states,
        Map<String, String> metadata,
        int page,
        int pageSize,
        @Nullable Position after) {

    public SandboxQuery {
        states = Set.copyOf(states);
        metadata = Map.copyOf(metadata);
    }

    public SandboxQuery(Set<SandboxState.Kind> states, Map<String, String> metadata, int page, int pageSize) {
        this(states, metadata, page, pageSize, null);
    }

    /** The place of a sandbox in the list, which is the newest first and never changes; it need not exist any more. */
    public record Position(Instant createdAt, SandboxId id) {

        public static Position of(Sandbox sandbox) {
            return new Position(sandbox.createdAt(), sandbox.id());
        }
    }
}
