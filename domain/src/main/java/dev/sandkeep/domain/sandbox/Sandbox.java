package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.SandboxState.Failed;
import dev.sandkeep.domain.sandbox.SandboxState.Paused;
import dev.sandkeep.domain.sandbox.SandboxState.Pausing;
import dev.sandkeep.domain.sandbox.SandboxState.Pending;
import dev.sandkeep.domain.sandbox.SandboxState.Resuming;
import dev.sandkeep.domain.sandbox.SandboxState.Running;
import dev.sandkeep.domain.sandbox.SandboxState.Stopping;
import dev.sandkeep.domain.sandbox.SandboxState.Terminated;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox: the aggregate that decides what may happen next. Immutable and thread-safe; every event returns the
 * sandbox as it is afterwards, or this very object if the event changes nothing.
 */
public final class Sandbox {

    private final SandboxId id;
    private final SandboxSpec spec;
    private final SandboxState state;
    private final Instant createdAt;
    private final @Nullable Instant expiresAt;
    private final @Nullable Instant deletedAt;
    private final long policyRevision;
    private final long version;

    private Sandbox(
            SandboxId id,
            SandboxSpec spec,
            SandboxState state,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant deletedAt,
            long policyRevision,
            long version) {
        this.id = Objects.requireNonNull(id, "id");
        this.spec = Objects.requireNonNull(spec, "spec");
        this.state = Objects.requireNonNull(state, "state");
        this.createdAt = Objects.requireNonNull(createdAt, "createdAt");
        this.expiresAt = expiresAt;
        this.deletedAt = deletedAt;
        this.policyRevision = policyRevision;
        this.version = version;
    }

    /** A new sandbox, accepted at {@code now}; without a timeout it never expires. */
    public static Sandbox request(SandboxId id, SandboxSpec spec, @Nullable Duration timeout, Instant now) {
        Instant expiresAt = timeout == null ? null : now.plus(timeout);
        return new Sandbox(id, spec, Pending.accepted(now), now, expiresAt, null, 0, 0);
    }

    /** A sandbox as it was stored. */
    public static Sandbox restore(
            SandboxId id,
            SandboxSpec spec,
            SandboxState state,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant deletedAt,
            long policyRevision,
            long version) {
        return new Sandbox(id, spec, state, createdAt, expiresAt, deletedAt, policyRevision, version);
    }

    /** A sandbox that the runtime knows and we do not, as told by what the runtime keeps with it. */
    public static Sandbox adopt(
            SandboxId id, SandboxSpec spec, Instant createdAt, @Nullable Instant expiresAt, Instant now) {
        return new Sandbox(id, spec, Pending.accepted(now), createdAt, expiresAt, null, 0, 0);
    }

    /** How far provisioning is; changes the message, never {@link SandboxState#since()}. */
    public Sandbox progressed(StatusReason reason, String message) {
        return switch (state) {
            case Pending pending -> {
                Pending next = pending.withProgress(reason, message);
                yield next.equals(pending) ? this : in(next);
            }
            case Running _, Pausing _, Paused _, Resuming _, Stopping _, Terminated _, Failed _ ->
                throw illegal("report provisioning progress of");
        };
    }

    /** The runtime started the entry process. */
    public Sandbox started(Instant now) {
        return switch (state) {
            case Pending pending -> in(pending.toRunning(now));
            case Running _ -> this;
            case Pausing _, Paused _, Resuming _, Stopping _, Terminated _, Failed _ -> throw illegal("start");
        };
    }

    /** The runtime could not make it. */
    public Sandbox provisioningFailed(StatusReason reason, String message, Instant now) {
        return switch (state) {
            case Pending pending -> in(pending.toFailed(reason, message, now));
            case Running _, Pausing _, Paused _, Resuming _, Stopping _, Terminated _, Failed _ ->
                throw illegal("fail the provisioning of");
        };
    }

    public Sandbox beginPause(Instant now) {
        return switch (state) {
            case Running running -> in(running.toPausing(now));
            case Pausing _, Paused _ -> this;
            case Pending _, Resuming _, Stopping _, Terminated _, Failed _ -> throw illegal("pause");
        };
    }

    public Sandbox beginResume(Instant now) {
        return switch (state) {
            case Paused paused -> in(paused.toResuming(now));
            case Resuming _, Running _ -> this;
            case Pending _, Pausing _, Stopping _, Terminated _, Failed _ -> throw illegal("resume");
        };
    }

    /**
     * Decides its end. An earlier decision stands; an ended sandbox stays as it ended. A deletion by the user is
     * remembered in every state, since it also takes the sandbox out of sight.
     */
    public Sandbox beginStop(StopCause cause, Instant now) {
        SandboxState next = switch (state) {
            case Pending pending -> pending.toStopping(cause, now);
            case Running running -> running.toStopping(cause, now);
            case Pausing pausing -> pausing.toStopping(cause, now);
            case Paused paused -> paused.toStopping(cause, now);
            case Resuming resuming -> resuming.toStopping(cause, now);
            case Stopping _, Terminated _, Failed _ -> state;
        };
        Instant deleted = cause == StopCause.USER_DELETE && deletedAt == null ? now : deletedAt;
        return next.equals(state) && Objects.equals(deleted, deletedAt)
                ? this
                : new Sandbox(id, spec, next, createdAt, expiresAt, deleted, policyRevision, version);
    }

    /** Everything that was made for it is gone. */
    public Sandbox stopped(Instant now) {
        return switch (state) {
            case Stopping stopping -> in(stopping.toTerminated(now));
            case Terminated _, Failed _ -> this;
            case Pending _, Running _, Pausing _, Paused _, Resuming _ -> throw illegal("finish the stop of");
        };
    }

    /** What the runtime says about it. Late and repeated observations change nothing; no state moves backwards. */
    public Sandbox observed(Observation observation, Instant now) {
        return switch (observation) {
            case Observation.Created _ -> this;
            case Observation.Running _ -> observedRunning(now);
            case Observation.Paused _ -> observedPaused(now);
            case Observation.Exited exited -> observedExit(exited.exit(), now);
            case Observation.Unguarded unguarded -> observedUnguarded(unguarded.message(), now);
            case Observation.Remnant _, Observation.Missing _ -> observedGone(now);
        };
    }

    private Sandbox observedRunning(Instant now) {
        return switch (state) {
            case Pending pending -> in(pending.toRunning(now));
            case Paused paused -> in(paused.toRunning(now));
            case Resuming resuming -> in(resuming.toRunning(now));
            case Running _, Pausing _, Stopping _, Terminated _, Failed _ -> this;
        };
    }

    private Sandbox observedPaused(Instant now) {
        return switch (state) {
            case Running running -> in(running.toPaused(now));
            case Pausing pausing -> in(pausing.toPaused(now));
            case Pending _, Paused _, Resuming _, Stopping _, Terminated _, Failed _ -> this;
        };
    }

    private Sandbox observedExit(Exit exit, Instant now) {
        return switch (state) {
            case Pending pending -> in(pending.toEnded(exit, now));
            case Running running -> in(running.toEnded(exit, now));
            case Pausing pausing -> in(pausing.toEnded(exit, now));
            case Paused paused -> in(paused.toEnded(exit, now));
            case Resuming resuming -> in(resuming.toEnded(exit, now));
            case Stopping _, Terminated _, Failed _ -> this;
        };
    }

    private Sandbox observedUnguarded(String message, Instant now) {
        return switch (state) {
            case Running running -> in(running.toUnguarded(message, now));
            case Pausing pausing -> in(pausing.toUnguarded(message, now));
            case Paused paused -> in(paused.toUnguarded(message, now));
            case Resuming resuming -> in(resuming.toUnguarded(message, now));
            case Pending _, Stopping _, Terminated _, Failed _ -> this;
        };
    }

    /** Gone while Pending means not made yet; the removal that Stopping waits for is reported by {@link #stopped}. */
    private Sandbox observedGone(Instant now) {
        return switch (state) {
            case Running running -> in(running.toLost(now));
            case Pausing pausing -> in(pausing.toLost(now));
            case Paused paused -> in(paused.toLost(now));
            case Resuming resuming -> in(resuming.toLost(now));
            case Pending _, Stopping _, Terminated _, Failed _ -> this;
        };
    }

    /** Its network policy is to be another one from now on. */
    public Sandbox changeNetworkPolicy(NetworkPolicy policy) {
        return switch (state) {
            case Pending _, Running _, Pausing _, Paused _, Resuming _ -> withNetworkPolicy(policy, policyRevision + 1);
            case Stopping _, Terminated _, Failed _ -> throw illegal("change the network policy of");
        };
    }

    /** The policy that the runtime enforces, for a sandbox whose record was lost. */
    public Sandbox withNetworkPolicy(NetworkPolicy enforced, long revision) {
        return new Sandbox(
                id, spec.withNetworkPolicy(enforced), state, createdAt, expiresAt, deletedAt, revision, version);
    }

    /** The same sandbox under the version that storage gave it. */
    public Sandbox withVersion(long stored) {
        return new Sandbox(id, spec, state, createdAt, expiresAt, deletedAt, policyRevision, stored);
    }

    private Sandbox in(SandboxState next) {
        return new Sandbox(id, spec, next, createdAt, expiresAt, deletedAt, policyRevision, version);
    }

    private SandboxException.IllegalTransition illegal(String operation) {
        return new SandboxException.IllegalTransition(id, state.kind(), operation);
    }

    public SandboxId id() {
        return id;
    }

    public SandboxSpec spec() {
        return spec;
    }

    public SandboxState state() {
        return state;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** When it ends by itself; empty if only a deletion ends it. */
    public Optional<Instant> expiresAt() {
        return Optional.ofNullable(expiresAt);
    }

    /** When a user deleted it. */
    public Optional<Instant> deletedAt() {
        return Optional.ofNullable(deletedAt);
    }

    /** The policy that is in force or about to be; everything is allowed unless somebody asked for a policy. */
    public NetworkPolicy networkPolicy() {
        return Objects.requireNonNullElse(spec.networkPolicy(), NetworkPolicy.allowAll());
    }

    /** How often its network policy was changed; tells an older policy from a newer one. */
    public long policyRevision() {
        return policyRevision;
    }

    /** How often it was stored; a write is refused if it was stored by somebody else in between. */
    public long version() {
        return version;
    }

    public boolean isDue(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    @Override
    public String toString() {
        return "Sandbox[" + id + " " + state.kind().word() + " v" + version + "]";
    }
}
