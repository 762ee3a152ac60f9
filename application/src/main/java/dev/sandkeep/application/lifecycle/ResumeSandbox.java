package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.InstantSource;

/** Lets a paused sandbox go on where it was. */
public final class ResumeSandbox {

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final Freezer freezer;
    private final InstantSource clock;

    public ResumeSandbox(SandboxRuntime runtime, SandboxRepository repository, Freezer freezer, InstantSource clock) {
        this.runtime = runtime;
        this.repository = repository;
        this.freezer = freezer;
        this.clock = clock;
    }

    /**
     * Returns when it is going on; at once if it is so already.
     *
     * @throws SandboxException.NotFound if there is no such sandbox
     * @throws SandboxException.IllegalTransition if it does not run yet, has ended or is ending, or is being paused
     * @throws SandboxException.Unsupported if the runtime cannot pause
     * @throws SandboxException.RuntimeUnavailable if the runtime is away; the resume is remembered and completed later
     */
    public void resume(SandboxId id) {
        if (!runtime.capabilities().contains(RuntimeCapability.PAUSE)) {
            throw new SandboxException.Unsupported(
                    "This server's container runtime cannot pause a sandbox, so that there is none to resume");
        }
        Undeleted.update(repository, id, sandbox -> sandbox.beginResume(clock.instant()));
        freezer.carryOut(id);
    }
}
