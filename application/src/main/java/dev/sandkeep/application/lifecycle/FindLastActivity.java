package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.SandboxActivity;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.Optional;

/** Finds when a sandbox was used last. */
public final class FindLastActivity {

    private final SandboxActivity activity;

    public FindLastActivity(SandboxActivity activity) {
        this.activity = activity;
    }

    /** As far as it was written down, at most a cooldown too early; nothing if it was never used. */
    public Optional<Instant> find(SandboxId id) {
        return activity.find(id);
    }
}
