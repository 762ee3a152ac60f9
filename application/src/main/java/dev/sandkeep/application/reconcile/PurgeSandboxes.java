package dev.sandkeep.application.reconcile;

import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.application.port.SandboxRepository;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Forgets what nobody needs any more: sandboxes that ended long ago, and old idempotency keys. */
public final class PurgeSandboxes {

    private final SandboxRepository repository;
    private final Duration retention;
    private final InstantSource clock;

    public PurgeSandboxes(SandboxRepository repository, Duration retention, InstantSource clock) {
        this.repository = repository;
        this.retention = retention;
        this.clock = clock;
    }

    public void purge() {
        Instant now = clock.instant();
        repository.purgeEnded(now.minus(retention));
        repository.purgeRequests(now.minus(IdempotentRequest.KEPT));
    }
}
