package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.SandboxId;

/** Gives every new sandbox an id that was never given before. Thread-safe. */
public interface SandboxIdSource {

    SandboxId next();
}
