package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.time.InstantSource;

/** Moves the deadline of a sandbox. */
public final class RenewSandbox {

    private final SandboxRepository repository;
    private final LifetimePolicy lifetime;
    private final InstantSource clock;

    public RenewSandbox(SandboxRepository repository, LifetimePolicy lifetime, InstantSource clock) {
        this.repository = repository;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /**
     * Moves it; returns the sandbox when its new deadline is durable. Whether it or an expiry at the same moment comes
     * first is decided by the version of the record.
     *
     * @throws dev.sandkeep.domain.problem.InvalidValue if {@code expiresAt} is not in the future, or further away than
     *     the longest timeout
     * @throws SandboxException.NotFound if there is no such sandbox
     * @throws SandboxException.NoDeadline if it never ends by itself
     * @throws SandboxException.IllegalTransition if it has ended or is ending
     */
    public Sandbox renew(SandboxId id, Instant expiresAt) {
        return Undeleted.update(repository, id, sandbox -> {
            Instant now = clock.instant();
            lifetime.checkRenewal(expiresAt, now);
            return sandbox.renew(expiresAt, now);
        });
    }
}
