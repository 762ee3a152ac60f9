package dev.sandkeep.bootstrap.replica;

import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.replica.Tenure;
import dev.sandkeep.bootstrap.runtime.ForwardingSandboxRuntime;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;

/**
 * A runtime for what is one server's to do: without the lease it changes nothing any more, and says so as if it was away,
 * so that nothing is concluded. Looks are allowed at any time. As thread-safe as what it wraps.
 */
public final class FencedSandboxRuntime extends ForwardingSandboxRuntime {

    private final Tenure tenure;

    public FencedSandboxRuntime(SandboxRuntime runtime, Tenure tenure) {
        super(runtime);
        this.tenure = tenure;
    }

    @Override
    protected SandboxRuntime forChanges() {
        if (!tenure.isHeld()) {
            throw new RuntimeUnavailable("Another server may do this by now", null);
        }
        return super.forChanges();
    }
}
