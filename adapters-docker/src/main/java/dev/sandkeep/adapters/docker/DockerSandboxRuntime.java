package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
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
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sandboxes as containers of a Docker engine. Thread-safe. */
public final class DockerSandboxRuntime implements SandboxRuntime, AutoCloseable {

    private final DockerConfig config;
    private final InstantSource clock;
    private final DockerEngine engine;
    private final Containers containers;
    private final NamedVolumes volumes;
    private final SandboxNetwork network;
    private final ImagePulls images;
    private final Admission admission;
    private final Standstills standstills;
    private final @Nullable Guards guards;
    private final Addresses addresses;
    private final Strays strays;

    private DockerSandboxRuntime(DockerConfig config, URI engineAddress, SidecarOwner owner, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.engine = new DockerEngine(engineAddress, config.callTimeout());
        this.containers = new Containers(engine, config);
        this.standstills = new Standstills(config.callTimeout());
        this.volumes = new NamedVolumes(engine, config.instance());
        this.network = new SandboxNetwork(engine, config);
        this.images = new ImagePulls(engine, config.pullTimeout());
        this.admission = new Admission(engine, volumes, config);
        this.addresses = new Addresses(containers);
        this.guards = config.egress() == null ? null : new Guards(engine, containers, network, owner, config);
        Guards pool = guards;
        this.strays = new Strays(containers, network, name -> pool != null && pool.isSpare(name));
    }

    /**
     * A runtime that connects when it is first needed, so that an engine which is away does not keep a server from
     * starting.
     *
     * @param environment where {@code DOCKER_HOST} and {@code XDG_RUNTIME_DIR} are looked up if no engine is configured
     * @param owner whose sidecars this runtime keeps ready
     */
    public static DockerSandboxRuntime of(
            DockerConfig config, Map<String, String> environment, SidecarOwner owner, InstantSource clock) {
        URI address =
                EngineAddress.find(config.engine(), environment.get("DOCKER_HOST"), environment.get("XDG_RUNTIME_DIR"));
        DockerSandboxRuntime runtime = new DockerSandboxRuntime(config, address, owner, clock);
        if (runtime.guards != null) {
            runtime.guards.start();
        }
        return runtime;
    }

    /** The sidecars that are kept ready, by kind; none if nothing is guarded. */
    public List<SidecarPoolStatistics> sidecarPools() {
        return guards == null ? List.of() : guards.poolStatistics();
    }

    /** What keeps the files of these sandboxes, over the same connections. */
    public DockerSnapshotStore snapshots() {
        return new DockerSnapshotStore(engine, containers, standstills, config, clock);
    }

    /** What runs programs in these sandboxes, on the same engine. */
    public DockerSandboxExec exec() {
        return new DockerSandboxExec(engine, containers, config);
    }

    @Override
    public Set<RuntimeCapability> capabilities() {
        Set<RuntimeCapability> capabilities = engine.facts().capabilities(config.gpu());
        if (!config.enforcesPolicies()) {
            return capabilities;
        }
        Set<RuntimeCapability> guarded = EnumSet.of(RuntimeCapability.NETWORK_POLICY);
        guarded.addAll(capabilities);
        return guarded;
    }

    @Override
    public void admit(SandboxSpec spec) {
        admission.admit(spec);
    }

    @Override
    public boolean hasImage(ImageRef image, @Nullable Platform platform) {
        return images.has(image, platform);
    }

    @Override
    public void pullImage(
            SandboxId sandbox,
            ImageRef image,
            @Nullable Platform platform,
            @Nullable RegistryCredentials credentials,
            Consumer<String> progress) {
        images.pull(image, platform, credentials, progress);
    }

    @Override
    public void prepareNetwork(Sandbox sandbox) {
        if (guards != null) {
            try (SidecarPool.Pause _ = guards.pause()) {
                guards.prepare(sandbox);
            }
        }
    }

    @Override
    public void enforce(Sandbox sandbox) {
        if (guards != null) {
            guards.enforce(sandbox);
        }
    }

    @Override
    public Optional<EnforcedPolicy> findEnforced(SandboxId id) {
        return guards == null ? Optional.empty() : guards.findEnforced(id);
    }

    @Override
    public NetworkDecisions decisions(SandboxId id, @Nullable Action verdict, int atMost) {
        return guards == null ? NetworkDecisions.none() : guards.decisions(id, verdict, atMost);
    }

    @Override
    public void launch(Sandbox sandbox) {
        Launch launch = new Launch(engine, containers, volumes, network, guards, config, sandbox);
        if (guards == null) {
            launch.run();
            return;
        }
        try (SidecarPool.Pause _ = guards.pause()) {
            launch.run();
        }
    }

    @Override
    public void pause(SandboxId id) {
        requirePausing();
        standstills.change(id, () -> containers.pause(id));
    }

    @Override
    public void resume(SandboxId id) {
        requirePausing();
        standstills.change(id, () -> containers.resume(id));
    }

    private void requirePausing() {
        if (!engine.facts().pauses()) {
            throw new SandboxException.Unsupported("The container engine has no control group to freeze a sandbox in");
        }
    }

    @Override
    public void remove(SandboxId id) {
        containers.remove(id);
        containers.removeSidecar(SidecarSpecs.nameOf(id));
        volumes.listRemnants(id).forEach(volumes::remove);
    }

    @Override
    public Optional<LogExcerpt> findLog(SandboxId id, LogSelection selection) {
        return containers.findLog(id, selection);
    }

    @Override
    public Optional<InetSocketAddress> findAddress(SandboxId id, int port) {
        return addresses.find(id).map(address -> new InetSocketAddress(address, port));
    }

    @Override
    public Observation observe(SandboxId id) {
        return containers
                .find(id)
                .map(found ->
                        guards == null ? seen(id, found) : guards.check(id, seen(id, found), networkModeOf(found)))
                .orElseGet(() -> leavesRemnant(id) ? new Observation.Remnant() : new Observation.Missing());
    }

    private Observation seen(SandboxId id, InspectContainerResponse container) {
        return standstills.seen(id, containers.observe(container));
    }

    private static String networkModeOf(InspectContainerResponse container) {
        return String.valueOf(container.getHostConfig().getNetworkMode());
    }

    private boolean leavesRemnant(SandboxId id) {
        return (guards != null && guards.isThere(id))
                || !volumes.listRemnants(id).isEmpty();
    }

    @Override
    public List<ObservedSandbox> observeAll() {
        Map<SandboxId, ObservedSandbox> seen = new LinkedHashMap<>();
        // The volumes first: one that is seen without its container has none any more, or none yet.
        Map<SandboxId, List<RuntimePart>> parts = volumes.listByOwner();
        List<Container> listed = containers.list();
        Strays.addContainers(listed, parts);
        parts.forEach((id, there) -> seen.put(id, new ObservedSandbox(id, new Observation.Remnant(), there, null)));
        Map<SandboxId, Boolean> running = Guards.among(listed);
        for (Container container : listed) {
            observe(container, running, parts).ifPresent(observed -> seen.put(observed.id(), observed));
        }
        return List.copyOf(seen.values());
    }

    private Optional<ObservedSandbox> observe(
            Container container, Map<SandboxId, Boolean> running, Map<SandboxId, List<RuntimePart>> parts) {
        return Strays.sandboxOf(container)
                .flatMap(id -> containers
                        .observe(container)
                        .map(observation -> standstills.seen(id, observation))
                        .map(observation ->
                                guards == null ? observation : guards.check(container, id, observation, running))
                        .map(observation -> new ObservedSandbox(
                                id,
                                observation,
                                parts.getOrDefault(id, List.of()),
                                ContainerLabels.adoptable(container.getLabels(), clock.instant()))));
    }

    @Override
    public List<RuntimePart> listStrays() {
        return strays.list();
    }

    @Override
    public void removeStray(RuntimePart stray) {
        strays.remove(stray);
    }

    @Override
    public Watch watch(WatchListener listener) {
        return EngineWatch.start(engine, config.instance(), listener, clock);
    }

    /** Ends the connections to the engine; the sandboxes go on. */
    @Override
    public void close() {
        if (guards != null) {
            guards.close();
        }
        engine.close();
    }
}
