package dev.sandkeep.bootstrap;

import dev.sandkeep.application.port.SandboxIdSource;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.UUID;

/** Random ids that cannot be guessed. Thread-safe. */
final class RandomSandboxIdSource implements SandboxIdSource {

    @Override
    public SandboxId next() {
        return SandboxId.of(UUID.randomUUID());
    }
}
