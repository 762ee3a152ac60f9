package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.lifecycle.ProvisionSandbox;
import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import org.jspecify.annotations.Nullable;

/** Provisions at once, in the thread of the caller. Thread-safe. */
public final class DirectProvisioningQueue implements ProvisioningQueue {

    private final ProvisionSandbox provisioning;

    public DirectProvisioningQueue(ProvisionSandbox provisioning) {
        this.provisioning = provisioning;
    }

    /** There is always room. */
    @Override
    public void requireCapacity() {}

    /** Whatever is submitted is done when {@link #submit} returns. */
    @Override
    public boolean contains(SandboxId id) {
        return false;
    }

    @Override
    public void submit(SandboxId id, @Nullable RegistryCredentials credentials) {
        try {
            provisioning.prepare(id, credentials);
            provisioning.launch(id);
        } catch (SandboxException.RuntimeUnavailable away) {
            provisioning.waitForRuntime(id);
        }
    }

    /** There is no other server. */
    @Override
    public void takeOver(SandboxId id) {
        submit(id, null);
    }
}
