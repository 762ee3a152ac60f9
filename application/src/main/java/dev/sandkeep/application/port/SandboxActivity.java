package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.Optional;

/**
 * When sandboxes were used last, as far as that was written down. Forgotten together with the sandbox. Every method
 * blocks and is thread-safe.
 */
public interface SandboxActivity {

    /** When it was used last; empty if it never was, and for an unknown sandbox. */
    Optional<Instant> find(SandboxId id);

    /** It was used then; durable when this returns. Nothing if a later use is known, or for an unknown sandbox. */
    void note(SandboxId id, Instant time);
}
