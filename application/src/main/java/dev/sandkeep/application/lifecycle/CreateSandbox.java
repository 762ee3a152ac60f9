package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.audit.Actor;
import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.application.port.Ownership;
import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.SandboxIdSource;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.domain.admission.Quotas;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.Extensions;
import dev.sandkeep.domain.sandbox.Idleness;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.snapshot.SnapshotException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Accepts a sandbox: checks it, makes its record durable, and leaves the rest to the provisioning queue. */
public final class CreateSandbox {

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final SnapshotRepository snapshots;
    private final ProvisioningQueue queue;
    private final SandboxIdSource ids;
    private final LifetimePolicy lifetime;
    private final Quotas quotas;
    private final InstantSource clock;

    public CreateSandbox(
            SandboxRuntime runtime,
            SandboxRepository repository,
            SnapshotRepository snapshots,
            ProvisioningQueue queue,
            SandboxIdSource ids,
            LifetimePolicy lifetime,
            Quotas quotas,
            InstantSource clock) {
        this.runtime = runtime;
        this.repository = repository;
        this.snapshots = snapshots;
        this.queue = queue;
        this.ids = ids;
        this.lifetime = lifetime;
        this.quotas = quotas;
        this.clock = clock;
    }

    /**
     * What is asked for.
     *
     * @param timeout how long it may live, or null for ever
     * @param credentials for the image's registry, or null
     */
    public record Request(
            SandboxSpec spec,
            @Nullable Duration timeout,
            @Nullable RegistryCredentials credentials,
            @Nullable Idempotency idempotency) {}

    /**
     * A request that its sender may repeat.
     *
     * @param owner the name of the API key that was used
     * @param fingerprint equal for equal requests; tells nothing about their content
     */
    public record Idempotency(String owner, String key, String fingerprint) {}

    /**
     * Accepts the request.
     *
     * @return the new sandbox, Pending; or the one that an equal request with the same idempotency key made
     * @throws dev.sandkeep.domain.problem.InvalidValue if the lifetime, or something the runtime checks, is not allowed
     * @throws SandboxException.Unsupported if the runtime cannot do what is asked for
     * @throws SandboxException.PolicyUnenforceable if the network policy restricts something and cannot be enforced
     * @throws SnapshotException.NotFound if there is no such snapshot
     * @throws SnapshotException.NotReady if no sandbox can be made of the snapshot
     * @throws SandboxException.IdempotencyKeyReused if the key was used for another request
     * @throws SandboxException.QuotaExceeded if the API key may have no more
     * @throws SandboxException.Overloaded if too many sandboxes are being provisioned, or the API key created too many
     *     lately
     * @throws SandboxException.RuntimeUnavailable if the runtime is away
     */
    public Sandbox create(Request request) {
        Instant now = clock.instant();
        Optional<Sandbox> earlier = findEarlier(request.idempotency(), now);
        if (earlier.isPresent()) {
            return earlier.get();
        }
        lifetime.check(request.timeout());
        requireEnforceable(request.spec().networkPolicy());
        requirePausable(request.spec());
        requireRestorable(request.spec().source());
        runtime.admit(request.spec());
        queue.requireCapacity();
        Sandbox sandbox = Sandbox.request(ids.next(), request.spec(), request.timeout(), now);
        Optional<IdempotentRequest> taken =
                repository.add(sandbox, keyOf(request.idempotency(), sandbox.id(), now), ownership());
        if (taken.isPresent()) {
            return resolve(taken.get(), request.idempotency());
        }
        queue.submit(sandbox.id(), request.credentials());
        return sandbox;
    }

    /** Whoever asks; nothing that the server does by itself is anybody's. */
    private @Nullable Ownership ownership() {
        Actor actor = Actor.current();
        return actor.kind() == Actor.Kind.API_KEY ? new Ownership(actor.name(), quotas.of(actor.name())) : null;
    }

    private void requireEnforceable(@Nullable NetworkPolicy policy) {
        if (policy != null
                && policy.restricts()
                && !runtime.capabilities().contains(RuntimeCapability.NETWORK_POLICY)) {
            throw new SandboxException.PolicyUnenforceable();
        }
    }

    private void requirePausable(SandboxSpec spec) {
        boolean pauses = spec.extensions()
                .idleness()
                .filter(idleness -> idleness.action() == Idleness.Action.PAUSE)
                .isPresent();
        if (pauses && !runtime.capabilities().contains(RuntimeCapability.PAUSE)) {
            throw new SandboxException.Unsupported("This server's container runtime cannot pause a sandbox: extensions."
                    + Extensions.IDLE_ACTION + " must be " + Idleness.Action.DELETE.word());
        }
    }

    /** A snapshot that is deleted right after this look makes the sandbox fail, which its state tells. */
    private void requireRestorable(Source source) {
        if (source instanceof Source.Snapshot from) {
            snapshots
                    .find(from.id())
                    .orElseThrow(() -> new SnapshotException.NotFound(from.id().value()))
                    .requireReady();
        }
    }

    private Optional<Sandbox> findEarlier(@Nullable Idempotency idempotency, Instant now) {
        return idempotency == null
                ? Optional.empty()
                : repository
                        .findRequest(idempotency.owner(), idempotency.key(), now.minus(IdempotentRequest.KEPT))
                        .map(earlier -> resolve(earlier, idempotency));
    }

    private Sandbox resolve(IdempotentRequest earlier, @Nullable Idempotency now) {
        if (now == null || !earlier.fingerprint().equals(now.fingerprint())) {
            throw new SandboxException.IdempotencyKeyReused();
        }
        return repository
                .find(earlier.sandboxId())
                .orElseThrow(
                        () -> new SandboxException.NotFound(earlier.sandboxId().value()));
    }

    private static @Nullable IdempotentRequest keyOf(@Nullable Idempotency idempotency, SandboxId id, Instant now) {
        return idempotency == null
                ? null
                : new IdempotentRequest(idempotency.owner(), idempotency.key(), idempotency.fingerprint(), id, now);
    }
}
