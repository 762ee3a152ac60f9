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
    private final @Nullable Deadline deadline;
    private final @Nullable Instant deletedAt;
    private final long policyRevision;
    private final long version;

    private Sandbox(
            SandboxId id,
            SandboxSpec spec,
            SandboxState state,
            Instant createdAt,
            @Nullable Deadline deadline,
            @Nullable Instant deletedAt,
            long policyRevision,
            long version) {
        this.id = Objects.requireNonNull(id, "id");
        this.spec = Objects.requireNonNull(spec, "spec");
        this.state = Objects.requireNonNull(state, "state");
        this.createdAt = Objects.requireNonNull(createdAt, "createdAt");
        this.deadline = deadline;
        this.deletedAt = deletedAt;
        this.policyRevision = policyRevision;
        this.version = version;
    }

    /** A new sandbox, accepted at {@code now}; without a timeout it never expires. */
    public static Sandbox request(SandboxId id, SandboxSpec spec, @Nullable Duration timeout, Instant now) {
        Deadline deadline = timeout == null ? null : Deadline.at(now.plus(timeout));
        return new Sandbox(id, spec, Pending.accepted(now), now, deadline, null, 0, 0);
    }

    /** A sandbox as it was stored. */
    public static Sandbox restore(
            SandboxId id,
            SandboxSpec spec,
            SandboxState state,
            Instant createdAt,
            @Nullable Deadline deadline,
            @Nullable Instant deletedAt,
            long policyRevision,
            long version) {
        return new Sandbox(id, spec, state, createdAt, deadline, deletedAt, policyRevision, version);
    }

    /** A sandbox that the runtime knows and we do not, as told by what the runtime keeps with it. */
    public static Sandbox adopt(
            SandboxId id, SandboxSpec spec, Instant createdAt, @Nullable Instant expiresAt, Instant now) {
        Deadline deadline = expiresAt == null ? null : Deadline.at(expiresAt);
        return new Sandbox(id, spec, Pending.accepted(now), createdAt, deadline, null, 0, 0);
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

    /** Decides to freeze it, which is then to be done, and {@linkplain #paused told}. */
    public Sandbox beginPause(PausedTime time, Instant now) {
        return switch (state) {
            case Running running -> {
                Sandbox pausing = in(running.toPausing(now));
                yield deadline == null || time == PausedTime.COUNTS ? pausing : pausing.with(deadline.stopped(now));
            }
            case Pausing _, Paused _ -> this;
            case Pending _, Resuming _, Stopping _, Terminated _, Failed _ -> throw illegal("pause");
        };
    }

    /** The runtime froze it as {@linkplain #beginPause decided}; too late if something else was decided meanwhile. */
    public Sandbox paused(Instant now) {
        return switch (state) {
            case Pausing pausing -> in(pausing.toPaused(now));
            case Pending _, Running _, Paused _, Resuming _, Stopping _, Terminated _, Failed _ -> this;
        };
    }

    /** Decides to thaw it, which is then to be done, and {@linkplain #resumed told}. */
    public Sandbox beginResume(Instant now) {
        return switch (state) {
            case Paused paused -> in(paused.toResuming(now));
            case Resuming _, Running _ -> this;
            case Pending _, Pausing _, Stopping _, Terminated _, Failed _ -> throw illegal("resume");
        };
    }

    /** The runtime thawed it as {@linkplain #beginResume decided}; too late if something else was decided meanwhile. */
    public Sandbox resumed(Instant now) {
        return switch (state) {
            case Resuming resuming -> in(resuming.toRunning(now));
            case Pending _, Running _, Pausing _, Paused _, Stopping _, Terminated _, Failed _ -> this;
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
                : new Sandbox(id, spec, next, createdAt, deadline, deleted, policyRevision, version);
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
        SandboxState next = ObservedState.after(state, observation, now);
        return next.equals(state) ? this : in(next);
    }

    /**
     * Moves its deadline, to a later or an earlier moment.
     *
     * @throws SandboxException.NoDeadline if it never ends by itself
     */
    public Sandbox renew(Instant expiresAt, Instant now) {
        return switch (state) {
            case Pending _, Running _, Pausing _, Paused _, Resuming _ -> {
                if (deadline == null) {
                    throw new SandboxException.NoDeadline(id);
                }
                yield expiresAt.equals(deadline.at()) ? this : with(deadline.movedTo(expiresAt, now));
            }
            case Stopping _, Terminated _, Failed _ -> throw illegal("renew the expiration of");
        };
    }

    /** Gives it other labels; also when it has ended, as long as it is remembered. */
    public Sandbox changeMetadata(Metadata metadata) {
        return metadata.equals(spec.metadata())
                ? this
                : new Sandbox(
                        id,
                        spec.withMetadata(metadata),
                        state,
                        createdAt,
                        deadline,
                        deletedAt,
                        policyRevision,
                        version);
    }

    /**
     * Somebody may wait for what it does.
     *
     * @throws SandboxException.Ended if its end is reached or decided
     */
    public void requireNoEnd() {
        if (!state.wanted()) {
            throw new SandboxException.Ended(id, state);
        }
    }

    /**
     * Whatever listens in it can be reached now.
     *
     * @throws SandboxException.Ended if its end is reached or decided
     * @throws SandboxException.NotReachable if it is not running at the moment
     */
    public void requireReachable() {
        requireNoEnd();
        if (state.kind() != SandboxState.Kind.RUNNING) {
            throw new SandboxException.NotReachable(id, state);
        }
    }

    /**
     * Checks that it has files to be saved.
     *
     * @throws SandboxException.IllegalTransition if it is neither Running nor Paused
     */
    public void requireSavable() {
        switch (state) {
            case Running _, Paused _ -> {}
            case Pending _, Pausing _, Resuming _, Stopping _, Terminated _, Failed _ ->
                throw illegal("take a snapshot of");
        }
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
                id, spec.withNetworkPolicy(enforced), state, createdAt, deadline, deletedAt, revision, version);
    }

    /** The same sandbox under the version that storage gave it. */
    public Sandbox withVersion(long stored) {
        return new Sandbox(id, spec, state, createdAt, deadline, deletedAt, policyRevision, stored);
    }

    /** While it runs, time counts. */
    private Sandbox in(SandboxState next) {
        Deadline then = deadline != null && next instanceof Running ? deadline.restarted(next.since()) : deadline;
        return new Sandbox(id, spec, next, createdAt, then, deletedAt, policyRevision, version);
    }

    private Sandbox with(Deadline moved) {
        return new Sandbox(id, spec, state, createdAt, moved, deletedAt, policyRevision, version);
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
        return Optional.ofNullable(deadline).map(Deadline::at);
    }

    /** The same, with what is known of the time that does not count towards it. */
    public Optional<Deadline> deadline() {
        return Optional.ofNullable(deadline);
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
        return deadline != null && deadline.isDue(now);
    }

    @Override
    public String toString() {
        return "Sandbox[" + id + " " + state.kind().word() + " v" + version + "]";
    }
}
