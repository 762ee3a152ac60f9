package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import dev.sandkeep.application.port.EnforcedPolicy;
import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.application.port.ObservedSandbox;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
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
    private final @Nullable Guards guards;

    private DockerSandboxRuntime(DockerConfig config, URI engineAddress, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.engine = new DockerEngine(engineAddress, config.callTimeout());
        this.containers = new Containers(engine, config);
        this.volumes = new NamedVolumes(engine, config.instance());
        this.network = new SandboxNetwork(engine, config.instance());
        this.images = new ImagePulls(engine, config.pullTimeout());
        this.admission = new Admission(engine, volumes, config);
        this.guards = config.egress() == null ? null : new Guards(engine, containers, network, config);
    }

    /**
     * A runtime that connects when it is first needed, so that an engine which is away does not keep a server from
     * starting.
     *
     * @param environment where {@code DOCKER_HOST} and {@code XDG_RUNTIME_DIR} are looked up if no engine is configured
     */
    public static DockerSandboxRuntime of(DockerConfig config, Map<String, String> environment, InstantSource clock) {
        URI address =
                EngineAddress.find(config.engine(), environment.get("DOCKER_HOST"), environment.get("XDG_RUNTIME_DIR"));
        DockerSandboxRuntime runtime = new DockerSandboxRuntime(config, address, clock);
        if (runtime.guards != null) {
            runtime.guards.start();
        }
        return runtime;
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
            ImageRef image,
            @Nullable Platform platform,
            @Nullable RegistryCredentials credentials,
            Consumer<String> progress) {
        images.pull(image, platform, credentials, progress);
    }

    @Override
    public void prepareNetwork(Sandbox sandbox) {
        if (guards != null) {
            guards.prepare(sandbox);
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
        new Launch(engine, containers, volumes, network, guards, config, sandbox).run();
    }

    @Override
    public void remove(SandboxId id) {
        containers.remove(id);
        containers.removeSidecar(SidecarSpecs.nameOf(id));
        volumes.listRemnants(id).forEach(volumes::remove);
    }

    @Override
    public Observation observe(SandboxId id) {
        return containers
                .find(id)
                .map(found -> guards == null
                        ? containers.observe(found)
                        : guards.check(id, containers.observe(found), networkModeOf(found)))
                .orElseGet(() -> leavesRemnant(id) ? new Observation.Remnant() : new Observation.Missing());
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
        volumes.listOwners().forEach(id -> seen.put(id, new ObservedSandbox(id, new Observation.Remnant(), null)));
        List<Container> listed = containers.list();
        Map<SandboxId, Boolean> running = Guards.among(listed);
        running.keySet().forEach(id -> seen.put(id, new ObservedSandbox(id, new Observation.Remnant(), null)));
        for (Container container : listed) {
            observe(container, running).ifPresent(observed -> seen.put(observed.id(), observed));
        }
        return List.copyOf(seen.values());
    }

    private Optional<ObservedSandbox> observe(Container container, Map<SandboxId, Boolean> running) {
        return ContainerLabels.sandboxId(container.getLabels())
                .flatMap(id -> containers
                        .observe(container)
                        .map(observation ->
                                guards == null ? observation : guards.check(container, id, observation, running))
                        .map(observation -> new ObservedSandbox(
                                id, observation, ContainerLabels.adoptable(container.getLabels(), clock.instant()))));
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
