package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.PausedTime;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.InstantSource;

/** Freezes a sandbox: its processes stand still and keep their memory. */
public final class PauseSandbox {

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final Freezer freezer;
    private final PausedTime time;
    private final InstantSource clock;

    /** @param time whether time while paused counts towards the timeout */
    public PauseSandbox(
            SandboxRuntime runtime,
            SandboxRepository repository,
            Freezer freezer,
            PausedTime time,
            InstantSource clock) {
        this.runtime = runtime;
        this.repository = repository;
        this.freezer = freezer;
        this.time = time;
        this.clock = clock;
    }

    /**
     * Returns when it is frozen; at once if it is so already.
     *
     * @throws SandboxException.NotFound if there is no such sandbox
     * @throws SandboxException.IllegalTransition if it does not run yet, has ended or is ending, or is being resumed
     * @throws SandboxException.Unsupported if the runtime cannot pause
     * @throws SandboxException.RuntimeUnavailable if the runtime is away; the pause is remembered and completed later
     */
    public void pause(SandboxId id) {
        if (!runtime.capabilities().contains(RuntimeCapability.PAUSE)) {
            throw new SandboxException.Unsupported(
                    "This server's container runtime cannot pause a sandbox; let it run on, or delete it and create another one"
                            + " later");
        }
        Undeleted.update(repository, id, sandbox -> sandbox.beginPause(time, clock.instant()));
        freezer.carryOut(id);
    }
}
