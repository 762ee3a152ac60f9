package dev.sandkeep.application.reconcile;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.StopCause;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends sandboxes whose deadline passed. The deadline is the one in the records, wherever it was moved to. */
public final class ExpireSandboxes {

    private static final Logger log = LoggerFactory.getLogger(ExpireSandboxes.class);
    private static final int AT_A_TIME = 200;

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final InstantSource clock;

    public ExpireSandboxes(SandboxRuntime runtime, SandboxRepository repository, InstantSource clock) {
        this.runtime = runtime;
        this.repository = repository;
        this.clock = clock;
    }

    /** Decides the end of every sandbox that is due, durably; returns those that are now to be {@linkplain #remove removed}. */
    public List<SandboxId> decide() {
        return repository.listDue(clock.instant(), AT_A_TIME).stream()
                .filter(this::decide)
                .toList();
    }

    /** Whether it is still due when it is looked at again: its deadline may just have been moved. */
    private boolean decide(SandboxId id) {
        Instant now = clock.instant();
        return repository
                .update(id, sandbox -> sandbox.isDue(now) ? sandbox.beginStop(StopCause.TTL_EXPIRY, now) : sandbox)
                .filter(sandbox -> !sandbox.state().wanted() && !sandbox.state().ended())
                .isPresent();
    }

    /**
     * Removes a sandbox whose end is decided. May be repeated until it succeeds; a removal that fails is left to the
     * reconciliation, which tries again.
     *
     * @throws SandboxException.RuntimeUnavailable if the runtime is away
     */
    public void remove(SandboxId id) {
        runtime.remove(id);
        repository
                .update(id, sandbox -> sandbox.stopped(clock.instant()))
                .ifPresent(gone -> log.info(
                        "Sandbox {} is gone: {}", id, gone.state().reason().word()));
    }
}
