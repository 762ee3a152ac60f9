package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.port.EnforcedPolicy;
import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.application.port.ObservedSandbox;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.application.port.SandboxLogs;
import dev.sandkeep.application.port.SandboxRuntime;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the end of a sandbox's log before the sandbox is removed, whoever removes it: with the container the engine's own
 * copy goes. As thread-safe as what it wraps.
 */
public final class LogKeepingSandboxRuntime implements SandboxRuntime {

    private static final Logger log = LoggerFactory.getLogger(LogKeepingSandboxRuntime.class);

    private final SandboxRuntime runtime;
    private final SandboxLogs logs;
    private final LogSelection kept;

    /** @param kept how much of a log */
    public LogKeepingSandboxRuntime(SandboxRuntime runtime, SandboxLogs logs, LogSelection kept) {
        this.runtime = runtime;
        this.logs = logs;
        this.kept = kept;
    }

    @Override
    public void remove(SandboxId id) {
        try {
            runtime.findLog(id, kept).filter(last -> !last.text().isEmpty()).ifPresent(last -> logs.keep(id, last));
        } catch (RuntimeUnavailable away) {
            throw away;
        } catch (RuntimeException failed) {
            log.error("The log of sandbox {} cannot be kept; the sandbox is removed without it", id, failed);
        }
        runtime.remove(id);
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
        runtime.pullImage(sandbox, image, platform, credentials, progress);
    }

    @Override
    public void prepareNetwork(Sandbox sandbox) {
        runtime.prepareNetwork(sandbox);
    }

    @Override
    public void launch(Sandbox sandbox) {
        runtime.launch(sandbox);
    }

    @Override
    public void pause(SandboxId id) {
        runtime.pause(id);
    }

    @Override
    public void resume(SandboxId id) {
        runtime.resume(id);
    }

    @Override
    public void enforce(Sandbox sandbox) {
        runtime.enforce(sandbox);
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
    public void removeStray(RuntimePart stray) {
        runtime.removeStray(stray);
    }

    @Override
    public Watch watch(WatchListener listener) {
        return runtime.watch(listener);
    }
}
