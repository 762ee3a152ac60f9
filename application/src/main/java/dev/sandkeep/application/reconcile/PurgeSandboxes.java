package dev.sandkeep.application.reconcile;

import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.admission.Quota;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Forgets what nobody needs any more: sandboxes that ended long ago, and old idempotency keys. A sandbox is kept for as
 * long as it counts for its owner's quota of creates, however short the retention is.
 */
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
        repository.purgeEnded(now.minus(retention.compareTo(Quota.WINDOW) < 0 ? Quota.WINDOW : retention));
        repository.purgeRequests(now.minus(IdempotentRequest.KEPT));
    }
}
