package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox as the runtime shows it.
 *
 * @param parts what is there of it: its container, its sidecar, and the volumes that are to go with it
 * @param adoptable the sandbox as the runtime's own notes describe it, without secrets, so that a server that lost its
 *     records can take it over; null if the notes are missing or cannot be read
 */
public record ObservedSandbox(
        SandboxId id,
        Observation observation,
        List<RuntimePart> parts,
        @Nullable Sandbox adoptable) {

    public ObservedSandbox {
        parts = List.copyOf(parts);
    }
}
