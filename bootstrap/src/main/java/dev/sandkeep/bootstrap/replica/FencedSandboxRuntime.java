package dev.sandkeep.bootstrap.replica;

import dev.sandkeep.application.port.EnforcedPolicy;
import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.application.port.ObservedSandbox;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.replica.Tenure;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A runtime for what is one server's to do: without the lease it changes nothing any more, and says so as if it was away,
 * so that nothing is concluded. Looks are allowed at any time. As thread-safe as what it wraps.
 */
public final class FencedSandboxRuntime implements SandboxRuntime {

    private final SandboxRuntime runtime;
    private final Tenure tenure;

    public FencedSandboxRuntime(SandboxRuntime runtime, Tenure tenure) {
        this.runtime = runtime;
        this.tenure = tenure;
    }

    private SandboxRuntime fenced() {
        if (!tenure.isHeld()) {
            throw new RuntimeUnavailable("Another server may do this by now", null);
        }
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
        fenced().pullImage(sandbox, image, platform, credentials, progress);
    }

    @Override
    public void prepareNetwork(Sandbox sandbox) {
        fenced().prepareNetwork(sandbox);
    }

    @Override
    public void launch(Sandbox sandbox) {
        fenced().launch(sandbox);
    }

    @Override
    public void pause(SandboxId id) {
        fenced().pause(id);
    }

    @Override
    public void resume(SandboxId id) {
        fenced().resume(id);
    }

    @Override
    public void remove(SandboxId id) {
        fenced().remove(id);
    }

    @Override
    public void enforce(Sandbox sandbox) {
        fenced().enforce(sandbox);
    }

    @Override
    public void removeStray(RuntimePart stray) {
        fenced().removeStray(stray);
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
