package dev.sandkeep.application.network;

import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.function.UnaryOperator;

/** Changes the network policy of a sandbox, also while it runs. */
public final class ChangeNetworkPolicy {

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;

    public ChangeNetworkPolicy(SandboxRuntime runtime, SandboxRepository repository) {
        this.runtime = runtime;
        this.repository = repository;
    }

    /**
     * Records the new policy and makes it hold; returns when it holds for new connections. If the runtime does not
     * confirm it, the record keeps it and it is made to hold as soon as the runtime is there.
     *
     * @param change from the current policy to the wanted one, called again whenever somebody else was faster; an equal
     *     policy means that nothing is to change
     * @throws SandboxException.NotFound if there is no such sandbox
     * @throws SandboxException.IllegalTransition if it has ended or is ending
     * @throws SandboxException.PolicyUnenforceable if the policy restricts something and cannot be enforced
     * @throws SandboxException.RuntimeUnavailable if the runtime is away
     */
    public NetworkPolicy change(SandboxId id, UnaryOperator<NetworkPolicy> change) {
        boolean enforceable = runtime.capabilities().contains(RuntimeCapability.NETWORK_POLICY);
        Sandbox changed = repository
                .update(id, sandbox -> changed(sandbox, change, enforceable))
                .orElseThrow(() -> new SandboxException.NotFound(id.value()));
        runtime.enforce(changed);
        return changed.networkPolicy();
    }

    private static Sandbox changed(Sandbox sandbox, UnaryOperator<NetworkPolicy> change, boolean enforceable) {
        NetworkPolicy policy = change.apply(sandbox.networkPolicy());
        if (policy.restricts() && !enforceable) {
            throw new SandboxException.PolicyUnenforceable();
        }
        return policy.equals(sandbox.networkPolicy()) ? sandbox : sandbox.changeNetworkPolicy(policy);
    }
}
