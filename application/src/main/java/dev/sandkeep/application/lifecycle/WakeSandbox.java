package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.Idleness;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.time.InstantSource;

/** Lets a sandbox go on that is to be used and is paused while it is not. */
public final class WakeSandbox {

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final Freezer freezer;
    private final InstantSource clock;

    public WakeSandbox(SandboxRuntime runtime, SandboxRepository repository, Freezer freezer, InstantSource clock) {
        this.runtime = runtime;
        this.repository = repository;
        this.freezer = freezer;
        this.clock = clock;
    }

    /**
     * Call this before somebody who may do so reaches the sandbox. Returns when it goes on; at once if it does not stand
     * still, did not ask for that, or there is none of that id. Blocks.
     *
     * @throws SandboxException.RuntimeUnavailable if the runtime is away
     */
    public void wake(SandboxId id) {
        if (repository.find(id).filter(WakeSandbox::isToBeWoken).isEmpty()
                || !runtime.capabilities().contains(RuntimeCapability.PAUSE)) {
            return;
        }
        repository.update(id, sandbox -> isToBeWoken(sandbox) ? sandbox.beginResume(clock.instant()) : sandbox);
        freezer.carryOut(id);
    }

    private static boolean isToBeWoken(Sandbox sandbox) {
        return sandbox.state() instanceof SandboxState.Paused
                && sandbox.spec()
                        .extensions()
                        .idleness()
                        .filter(idleness -> idleness.action() == Idleness.Action.PAUSE)
                        .isPresent();
    }
}
