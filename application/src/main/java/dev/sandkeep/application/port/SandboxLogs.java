package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.Optional;

/**
 * Remembers the end of the log of sandboxes that have ended, as long as the sandbox itself is remembered. What a process
 * wrote may hold secrets, so it is kept unreadable at rest. Every method blocks and is thread-safe.
 */
public interface SandboxLogs {

    /** Keeps it, in place of what was kept before. Does nothing for a sandbox that is not recorded. */
    void keep(SandboxId id, LogExcerpt log);

    Optional<LogExcerpt> find(SandboxId id);
}
