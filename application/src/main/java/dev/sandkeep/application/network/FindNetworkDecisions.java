package dev.sandkeep.application.network;

import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import org.jspecify.annotations.Nullable;

/** Reads what was decided about the outbound traffic of a sandbox. */
public final class FindNetworkDecisions {

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;

    public FindNetworkDecisions(SandboxRuntime runtime, SandboxRepository repository) {
        this.runtime = runtime;
        this.repository = repository;
    }

    /**
     * The newest decisions; none for a sandbox that has ended, since they end with it.
     *
     * @param verdict only those with this outcome, or null for all
     * @throws SandboxException.NotFound if there is no such sandbox
     * @throws SandboxException.RuntimeUnavailable if the runtime is away
     */
    public NetworkDecisions find(SandboxId id, @Nullable Action verdict, int atMost) {
        Sandbox sandbox = repository.find(id).orElseThrow(() -> new SandboxException.NotFound(id.value()));
        return sandbox.state().wanted() ? runtime.decisions(id, verdict, atMost) : NetworkDecisions.none();
    }
}
