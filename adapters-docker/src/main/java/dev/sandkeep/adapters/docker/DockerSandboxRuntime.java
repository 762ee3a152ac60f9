package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.model.Container;
import dev.sandkeep.application.port.ObservedSandbox;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import java.net.URI;
import java.time.InstantSource;
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

    private DockerSandboxRuntime(DockerConfig config, URI engineAddress, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.engine = new DockerEngine(engineAddress, config.callTimeout());
        this.containers = new Containers(engine, config);
        this.volumes = new NamedVolumes(engine, config.instance());
        this.network = new SandboxNetwork(engine, config.instance());
        this.images = new ImagePulls(engine, config.pullTimeout());
        this.admission = new Admission(engine, volumes, config);
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
        return new DockerSandboxRuntime(config, address, clock);
    }

    @Override
    public Set<RuntimeCapability> capabilities() {
        return engine.facts().capabilities(config.gpu());
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
    public void launch(Sandbox sandbox) {
        new Launch(engine, containers, volumes, network, config, sandbox).run();
    }

    @Override
    public void remove(SandboxId id) {
        containers.remove(id);
        volumes.listRemnants(id).forEach(volumes::remove);
    }

    @Override
    public Observation observe(SandboxId id) {
        return containers
                .find(id)
                .map(containers::observe)
                .orElseGet(() ->
                        volumes.listRemnants(id).isEmpty() ? new Observation.Missing() : new Observation.Remnant());
    }

    @Override
    public List<ObservedSandbox> observeAll() {
        Map<SandboxId, ObservedSandbox> seen = new LinkedHashMap<>();
        // The volumes first: one that is seen without its container has none any more, or none yet.
        volumes.listOwners().forEach(id -> seen.put(id, new ObservedSandbox(id, new Observation.Remnant(), null)));
        for (Container container : containers.list()) {
            observe(container).ifPresent(observed -> seen.put(observed.id(), observed));
        }
        return List.copyOf(seen.values());
    }

    private Optional<ObservedSandbox> observe(Container container) {
        return ContainerLabels.sandboxId(container.getLabels())
                .flatMap(id -> containers
                        .observe(container)
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
        engine.close();
    }
}
