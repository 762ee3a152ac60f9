package dev.sandkeep.bootstrap.metrics;

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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Times every call of a runtime and says how it ended. As thread-safe as what it wraps. */
public final class MeteredSandboxRuntime implements SandboxRuntime {

    private final SandboxRuntime runtime;
    private final Metrics metrics;
    private final MeteredCalls calls;

    public MeteredSandboxRuntime(SandboxRuntime runtime, Metrics metrics) {
        this.runtime = runtime;
        this.metrics = metrics;
        this.calls = new MeteredCalls(metrics);
    }

    @Override
    public Set<RuntimeCapability> capabilities() {
        return timed("capabilities", runtime::capabilities);
    }

    @Override
    public void admit(SandboxSpec spec) {
        timed("admit", () -> runtime.admit(spec));
    }

    @Override
    public boolean hasImage(ImageRef image, @Nullable Platform platform) {
        return timed("has_image", () -> runtime.hasImage(image, platform));
    }

    @Override
    public void pullImage(
            SandboxId sandbox,
            ImageRef image,
            @Nullable Platform platform,
            @Nullable RegistryCredentials credentials,
            Consumer<String> progress) {
        phase("pull", "pull_image", () -> runtime.pullImage(sandbox, image, platform, credentials, progress));
    }

    @Override
    public void prepareNetwork(Sandbox sandbox) {
        phase("network", "prepare_network", () -> runtime.prepareNetwork(sandbox));
    }

    @Override
    public void launch(Sandbox sandbox) {
        phase("launch", "launch", () -> runtime.launch(sandbox));
    }

    @Override
    public void pause(SandboxId id) {
        timed("pause", () -> runtime.pause(id));
    }

    @Override
    public void resume(SandboxId id) {
        timed("resume", () -> runtime.resume(id));
    }

    @Override
    public void remove(SandboxId id) {
        timed("remove", () -> runtime.remove(id));
    }

    @Override
    public void enforce(Sandbox sandbox) {
        timed("enforce", () -> runtime.enforce(sandbox));
    }

    @Override
    public Optional<EnforcedPolicy> findEnforced(SandboxId id) {
        return timed("find_enforced", () -> runtime.findEnforced(id));
    }

    @Override
    public NetworkDecisions decisions(SandboxId id, @Nullable Action verdict, int atMost) {
        return timed("decisions", () -> runtime.decisions(id, verdict, atMost));
    }

    @Override
    public Optional<LogExcerpt> findLog(SandboxId id, LogSelection selection) {
        return timed("find_log", () -> runtime.findLog(id, selection));
    }

    @Override
    public Optional<InetSocketAddress> findAddress(SandboxId id, int port) {
        return timed("find_address", () -> runtime.findAddress(id, port));
    }

    @Override
    public Observation observe(SandboxId id) {
        return timed("observe", () -> runtime.observe(id));
    }

    @Override
    public List<ObservedSandbox> observeAll() {
        return timed("observe_all", runtime::observeAll);
    }

    @Override
    public List<RuntimePart> listStrays() {
        return timed("list_strays", runtime::listStrays);
    }

    @Override
    public void removeStray(RuntimePart stray) {
        timed("remove_stray", () -> runtime.removeStray(stray));
    }

    /** Not timed: it lasts as long as the server. */
    @Override
    public Watch watch(WatchListener listener) {
        return runtime.watch(listener);
    }

    private void timed(String call, Runnable work) {
        calls.timed(call, work);
    }

    private <T extends @Nullable Object> T timed(String call, Supplier<T> work) {
        return calls.timed(call, work);
    }

    private void phase(String phase, String call, Runnable work) {
        long start = System.nanoTime();
        timed(call, work);
        metrics.passed(phase, Duration.ofNanos(System.nanoTime() - start));
    }
}
