package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.SandboxState;
import java.util.Map;
import java.util.Set;

/**
 * Which sandboxes to list.
 *
 * @param states the states to include; empty means every state that is not an end state
 * @param metadata labels that a sandbox must all have, with exactly these values
 * @param page 1 or more
 * @param pageSize 1 or more
 */
public record SandboxQuery(Set<SandboxState.Kind> states, Map<String, String> metadata, int page, int pageSize) {

    public SandboxQuery {
        states = Set.copyOf(states);
        metadata = Map.copyOf(metadata);
    }
}
