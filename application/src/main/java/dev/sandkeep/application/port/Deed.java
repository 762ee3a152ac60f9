package dev.sandkeep.application.port;

import dev.sandkeep.application.audit.Actor;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;

/**
 * Something that somebody did in a sandbox, which changed nothing of its record.
 *
 * @param message a sentence for people
 */
public record Deed(Instant time, SandboxId sandboxId, String message, Actor actor) {}
