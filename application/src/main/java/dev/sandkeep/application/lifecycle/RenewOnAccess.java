package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.SandboxActivity;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Running;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Notes that a sandbox is used, and extends its life if its creator wants that. Thread-safe. Remembers in memory when it last
 * looked at which sandbox, so that most accesses cost nothing: at most one look, and so at most one write of each kind, per sandbox
 * and cooldown.
 */
public final class RenewOnAccess {

    /** After a failure, so that not every message of a stream tries again. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final SandboxRepository repository;
    private final SandboxActivity activity;
    private final LifetimePolicy lifetime;
    private final Duration cooldown;
    private final InstantSource clock;
    private final ConcurrentMap<SandboxId, Instant> nextLook = new ConcurrentHashMap<>();
    private final AtomicReference<Instant> nextForgetting = new AtomicReference<>(Instant.MIN);

    public RenewOnAccess(
            SandboxRepository repository,
            SandboxActivity activity,
            LifetimePolicy lifetime,
            Duration cooldown,
            InstantSource clock) {
        this.repository = repository;
        this.activity = activity;
        this.lifetime = lifetime;
        this.cooldown = cooldown;
        this.clock = clock;
    }

    /**
     * Call this after somebody who may do so reached the sandbox, and only then. Its deadline becomes now plus what its
     * creator asked for, unless it is later already; never more than the longest timeout from now. Nothing happens to a
     * sandbox that does not run, has no deadline, or does not ask for it, nor if there is none of that id.
     */
    public void renew(SandboxId id) {
        Instant now = clock.instant();
        if (!isTimeToLook(id, now)) {
            return;
        }
        try {
            activity.note(id, now);
            repository.update(id, sandbox -> extended(sandbox, now));
        } catch (RuntimeException failed) {
            // An access soon is to try again, rather than the first one after the cooldown.
            nextLook.put(id, now.plus(RETRY));
            throw failed;
        }
    }

    /** Whether {@link #renew} would look now. Does not block, so that it can be asked for every message of a stream. */
    public boolean isDue(SandboxId id) {
        Instant next = nextLook.get(id);
        return next == null || !clock.instant().isBefore(next);
    }

    /** How many sandboxes it remembers. */
    int remembered() {
        return nextLook.size();
    }

    private boolean isTimeToLook(SandboxId id, Instant now) {
        forgetWhatIsOver(now);
        AtomicBoolean mine = new AtomicBoolean();
        nextLook.compute(id, (_, time) -> {
            mine.set(time == null || !now.isBefore(time));
            return mine.get() ? now.plus(cooldown) : time;
        });
        return mine.get();
    }

    /** Once per cooldown, so that it costs next to nothing however many sandboxes are used. */
    private void forgetWhatIsOver(Instant now) {
        Instant due = nextForgetting.get();
        if (!now.isBefore(due) && nextForgetting.compareAndSet(due, now.plus(cooldown))) {
            nextLook.values().removeIf(time -> !now.isBefore(time));
        }
    }

    private Sandbox extended(Sandbox sandbox, Instant now) {
        if (!(sandbox.state() instanceof Running)) {
            return sandbox;
        }
        return sandbox.spec()
                .extensions()
                .renewOnAccess()
                .map(extension -> now.plus(lifetime.atMost(extension)))
                .filter(wanted -> sandbox.expiresAt().filter(wanted::isAfter).isPresent())
                .map(wanted -> sandbox.renew(wanted, now))
                .orElse(sandbox);
    }
}
