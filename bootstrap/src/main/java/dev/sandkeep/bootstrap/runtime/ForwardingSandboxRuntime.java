package dev.sandkeep.bootstrap.runtime;

import dev.sandkeep.application.port.EnforcedPolicy;
import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.application.port.ObservedSandbox;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands every call on; for what changes only some of them. */
public abstract class ForwardingSandboxRuntime implements SandboxRuntime {

    private final SandboxRuntime runtime;

    protected ForwardingSandboxRuntime(SandboxRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * What makes a change, asked before each; looks go to the wrapped runtime at once.
     *
     * @throws RuntimeException to refuse the change
     */
    protected SandboxRuntime forChanges() {
        return runtime;
    }

    @Override
    public Set<RuntimeCapability> capabilities() {
        return runtime.capabilities();
    }

    @Override
    public void admit(SandboxSpec spec) {
        runtime.admit(spec);
    }

    @Override
    public boolean hasImage(ImageRef image, @Nullable Platform platform) {
        return runtime.hasImage(image, platform);
    }

    @Override
    public void pullImage(
            SandboxId sandbox,
            ImageRef image,
            @Nullable Platform platform,
            @Nullable RegistryCredentials credentials,
            Consumer<String> progress) {
        forChanges().pullImage(sandbox, image, platform, credentials, progress);
    }

    @Override
    public void prepareNetwork(Sandbox sandbox) {
        forChanges().prepareNetwork(sandbox);
    }

    @Override
    public void launch(Sandbox sandbox) {
        forChanges().launch(sandbox);
    }

    @Override
    public void pause(SandboxId id) {
        forChanges().pause(id);
    }

    @Override
    public void resume(SandboxId id) {
        forChanges().resume(id);
    }

    @Override
    public void remove(SandboxId id) {
        forChanges().remove(id);
    }

    @Override
    public void enforce(Sandbox sandbox) {
        forChanges().enforce(sandbox);
    }

    @Override
    public void removeStray(RuntimePart stray) {
        forChanges().removeStray(stray);
    }

    @Override
    public Optional<EnforcedPolicy> findEnforced(SandboxId id) {
        return runtime.findEnforced(id);
    }

    @Override
    public NetworkDecisions decisions(SandboxId id, @Nullable Action verdict, int atMost) {
        return runtime.decisions(id, verdict, atMost);
    }

    @Override
    public Optional<LogExcerpt> findLog(SandboxId id, LogSelection selection) {
        return runtime.findLog(id, selection);
    }

    @Override
    public Optional<InetSocketAddress> findAddress(SandboxId id, int port) {
        return runtime.findAddress(id, port);
    }

    @Override
    public Observation observe(SandboxId id) {
        return runtime.observe(id);
    }

    @Override
    public List<ObservedSandbox> observeAll() {
        return runtime.observeAll();
    }

    @Override
    public List<RuntimePart> listStrays() {
        return runtime.listStrays();
    }

    @Override
    public Watch watch(WatchListener listener) {
        return runtime.watch(listener);
    }
}
