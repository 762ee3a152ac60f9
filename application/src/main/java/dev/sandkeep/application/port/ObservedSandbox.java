package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox as the runtime shows it.
 *
 * @param adoptable the sandbox as the runtime's own notes describe it, without secrets, so that a server that lost its
 *     records can take it over; null if the notes are missing or cannot be read
 */
public record ObservedSandbox(
        SandboxId id, Observation observation, @Nullable Sandbox adoptable) {}
