package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.EnforcedPolicy;
import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.application.port.ObservedSandbox;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.ResourceName;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.domain.volume.Volume;
import dev.sandkeep.testkit.fake.InMemoryEngine.Container;
import dev.sandkeep.testkit.fake.InMemoryEngine.Guard;
import dev.sandkeep.testkit.fake.InMemoryEngine.Listener;
import dev.sandkeep.testkit.fake.InMemoryEngine.NamedVolume;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A container runtime without containers. Every image can be pulled unless a test refuses it; entry processes end as
 * {@link EntryProcess} says, or when a test ends them. Thread-safe.
 */
public final class InMemorySandboxRuntime implements SandboxRuntime {

    private final String instance;
    private final InMemoryEngine engine;
    private final InMemorySnapshotStore snapshots;
    private final Set<RuntimeCapability> capabilities = ConcurrentHashMap.newKeySet();
    private final Map<SandboxId, Optional<RegistryCredentials>> notedCredentials = new ConcurrentHashMap<>();
    private final CallGate pulls = new CallGate();
    private final CallGate launches = new CallGate();
    private final CallGate pauses = new CallGate();
    private final CallGate resumptions = new CallGate();
    private final CallGate removals = new CallGate();
    private final CallGate guardCalls = new CallGate();

    /** It can pause, and what else needs no hardware. */
    public InMemorySandboxRuntime() {
        this("test", new InMemoryEngine());
    }

    private InMemorySandboxRuntime(String instance, InMemoryEngine engine) {
        this.instance = instance;
        this.engine = engine;
        capabilities.add(RuntimeCapability.PAUSE);
        this.snapshots = new InMemorySnapshotStore(instance, engine);
        capabilities.add(RuntimeCapability.SNAPSHOTS);
        capabilities.add(RuntimeCapability.PIDS);
        capabilities.add(RuntimeCapability.IMAGES);
        capabilities.add(RuntimeCapability.RESTART);
    }

    /** Another server's runtime on the same engine. */
    public InMemorySandboxRuntime ofInstance(String name) {
        return new InMemorySandboxRuntime(name, engine);
    }

    /** The snapshots of its engine; the same object each time. */
    public InMemorySnapshotStore snapshots() {
        return snapshots;
    }

    @Override
    public Set<RuntimeCapability> capabilities() {
        engine.requireReachable();
        return Set.copyOf(capabilities);
    }

    @Override
    public void admit(SandboxSpec spec) {
        engine.requireReachable();
        requireCapability(spec, ResourceName.GPU, RuntimeCapability.GPU);
        requireCapability(spec, ResourceName.EPHEMERAL_STORAGE, RuntimeCapability.EPHEMERAL_STORAGE);
        requireCapability(spec, ResourceName.PIDS, RuntimeCapability.PIDS);
        if (spec.requestsStorage() && !capabilities.contains(RuntimeCapability.STORAGE_REQUESTS)) {
            throw new SandboxException.Unsupported("volumes: the in-memory engine makes all volumes alike");
        }
        Problems problems = new Problems();
        for (int i = 0; i < spec.volumes().size(); i++) {
            checkVolume("volumes[" + i + "]", spec.volumes().get(i), problems);
        }
        problems.throwIfAny();
    }

    private void requireCapability(SandboxSpec spec, ResourceName resource, RuntimeCapability needed) {
        if (spec.resourceLimits().amount(resource).isPresent() && !capabilities.contains(needed)) {
            throw new SandboxException.Unsupported(
                    "resourceLimits." + resource.word() + ": the in-memory engine has no such capability");
        }
    }

    private void checkVolume(String field, Volume volume, Problems problems) {
        switch (volume) {
            case Volume.HostPath host -> {
                if (!engine.allowedHostPaths.contains(host.path())) {
                    problems.add(field + ".host.path", "is not one of the allowed directories");
                }
            }
            case Volume.Named named -> {
                if (!named.createIfNotExists() && !engine.volumes.containsKey(named.claimName())) {
                    problems.add(field + ".pvc.claimName", "there is no such volume");
                }
            }
        }
    }

    @Override
    public boolean hasImage(ImageRef image, @Nullable Platform platform) {
        engine.requireReachable();
        return engine.hasImage(image) || !capabilities.contains(RuntimeCapability.IMAGES);
    }

    @Override
    public void pullImage(
            SandboxId sandbox,
            ImageRef image,
            @Nullable Platform platform,
            @Nullable RegistryCredentials credentials,
            Consumer<String> progress) {
        engine.requireReachable();
        if (capabilities.contains(RuntimeCapability.IMAGES)) {
            pull(image, credentials, progress);
        } else {
            notedCredentials.put(sandbox, Optional.ofNullable(credentials));
        }
    }

    private void pull(ImageRef image, @Nullable RegistryCredentials credentials, Consumer<String> progress) {
        progress.accept("Pulling " + image);
        pulls.pass();
        engine.requireReachable();
        String refusal = engine.refusedPulls.get(InMemoryEngine.nameOf(image));
        RegistryCredentials needed = engine.privateRepositories.get(image.repository());
        if (refusal == null && needed != null && !needed.equals(credentials)) {
            refusal = "unauthorized";
        }
        if (refusal != null) {
            throw new SandboxException.LaunchFailed(
                    StatusReason.IMAGE_PULL_FAILED, "image " + image + ": " + refusal, null);
        }
        progress.accept("Pulled " + image);
        engine.images.add(InMemoryEngine.nameOf(image));
    }

    @Override
    public void prepareNetwork(Sandbox sandbox) {
        engine.requireReachable();
        engine.guards.putIfAbsent(sandbox.id(), new Guard(instance, NetworkPolicy.allowAll(), -1));
    }

    @Override
    public void enforce(Sandbox sandbox) {
        engine.requireReachable();
        guardCalls.pass();
        engine.guards.computeIfPresent(
                sandbox.id(),
                (_, guard) -> guard.revision() < sandbox.policyRevision()
                        ? new Guard(guard.instance(), sandbox.networkPolicy(), sandbox.policyRevision())
                        : guard);
    }

    @Override
    public Optional<EnforcedPolicy> findEnforced(SandboxId id) {
        engine.requireReachable();
        guardCalls.pass();
        return Optional.ofNullable(engine.guards.get(id))
                .filter(guard -> guard.instance().equals(instance) && guard.revision() >= 0)
                .map(guard -> new EnforcedPolicy(guard.policy(), guard.revision()));
    }

    /** No traffic, no decisions. */
    @Override
    public NetworkDecisions decisions(SandboxId id, @Nullable Action verdict, int atMost) {
        engine.requireReachable();
        return NetworkDecisions.none();
    }

    @Override
    public void launch(Sandbox sandbox) {
        engine.requireReachable();
        launches.pass();
        synchronized (engine) {
            prepareNetwork(sandbox);
            enforce(sandbox);
            Container present = engine.containers.get(sandbox.id());
            if (present == null) {
                start(create(sandbox));
            } else if (!isUp(present)) {
                requireRestarts(sandbox.id());
                start(present);
            }
        }
    }

    private void requireRestarts(SandboxId id) {
        if (!capabilities.contains(RuntimeCapability.RESTART)) {
            throw new SandboxException.LaunchFailed(
                    StatusReason.RUNTIME_ERROR, "Sandbox " + id + " ended, and is not started again", null);
        }
    }

    private Container create(Sandbox sandbox) {
        SandboxSpec spec = sandbox.spec();
        if (spec.source() instanceof Source.Image image && !capabilities.contains(RuntimeCapability.IMAGES)) {
            obtain(sandbox.id(), image.reference());
        }
        if (!engine.has(instance, spec.source())) {
            engine.guards.remove(sandbox.id());
            throw new SandboxException.LaunchFailed(
                    spec.source() instanceof Source.Image ? StatusReason.IMAGE_PULL_FAILED : StatusReason.RUNTIME_ERROR,
                    spec.source() + ": is not on the host",
                    null);
        }
        for (Volume volume : spec.volumes()) {
            if (volume instanceof Volume.Named named) {
                engine.volumes.putIfAbsent(
                        named.claimName(), new NamedVolume(sandbox.id(), instance, named.deleteOnSandboxTermination()));
            }
        }
        return new Container(instance, sandbox, new Observation.Created());
    }

    private void obtain(SandboxId id, ImageRef image) {
        Optional<RegistryCredentials> noted = notedCredentials.remove(id);
        try {
            if (noted != null || !engine.hasImage(image)) {
                pull(image, noted == null ? null : noted.orElse(null), _ -> {});
            }
        } catch (SandboxException.LaunchFailed refused) {
            engine.guards.remove(id);
            throw refused;
        }
    }

    private void start(Container container) {
        Container running = container.as(new Observation.Running());
        engine.put(running);
        EntryProcess.endOf(container.sandbox().spec().entrypoint())
                .ifPresent(exit -> engine.put(running.as(new Observation.Exited(exit))));
    }

    private static boolean isUp(Container container) {
        return container.observation() instanceof Observation.Running
                || container.observation() instanceof Observation.Paused;
    }

    @Override
    public void pause(SandboxId id) {
        freeze(id, new Observation.Paused(), pauses);
    }

    @Override
    public void resume(SandboxId id) {
        freeze(id, new Observation.Running(), resumptions);
    }

    private void freeze(SandboxId id, Observation then, CallGate gate) {
        engine.requireReachable();
        if (!capabilities.contains(RuntimeCapability.PAUSE)) {
            throw new SandboxException.Unsupported("The in-memory engine was told not to pause");
        }
        gate.pass();
        synchronized (engine) {
            engine.requireReachable();
            Container up = find(id).filter(InMemorySandboxRuntime::isUp)
                    .orElseThrow(() -> new SandboxException.NotFound(id.value()));
            if (!up.observation().equals(then)) {
                engine.put(up.as(then));
            }
        }
    }

    @Override
    public void remove(SandboxId id) {
        engine.requireReachable();
        removals.pass();
        synchronized (engine) {
            engine.requireReachable();
            Container container = engine.containers.get(id);
            if (container != null && container.instance().equals(instance)) {
                engine.containers.remove(id);
                engine.changed(container);
            }
            engine.volumes.values().removeIf(volume -> isRemnantOf(id, volume));
            engine.guards.computeIfPresent(id, (_, guard) -> guard.instance().equals(instance) ? null : guard);
        }
    }

    private boolean isRemnantOf(SandboxId id, NamedVolume volume) {
        return volume.deleteWithSandbox()
                && id.equals(volume.madeFor())
                && volume.instance().equals(instance);
    }

    /** Everything that an entry process writes, it writes when its sandbox is created. */
    @Override
    public Optional<LogExcerpt> findLog(SandboxId id, LogSelection selection) {
        engine.requireReachable();
        return find(id).map(container -> EntryLog.of(container.sandbox(), selection));
    }

    @Override
    public Optional<InetSocketAddress> findAddress(SandboxId id, int port) {
        engine.requireReachable();
        return find(id).filter(container -> container.observation() instanceof Observation.Running)
                .map(_ -> new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), engine.listeners.getOrDefault(new Listener(id, port), port)));
    }

    /** From now on, what listens at a port of this host is what listens at a port of the sandbox. */
    public void listen(SandboxId id, int port, int portOfHost) {
        engine.listeners.put(new Listener(id, port), portOfHost);
    }

    @Override
    public Observation observe(SandboxId id) {
        engine.requireReachable();
        return find(id).map(Container::observation)
                .orElseGet(() -> leavesRemnant(id) ? new Observation.Remnant() : new Observation.Missing());
    }

    private boolean leavesRemnant(SandboxId id) {
        Guard guard = engine.guards.get(id);
        return (guard != null && guard.instance().equals(instance))
                || engine.volumes.values().stream().anyMatch(volume -> isRemnantOf(id, volume));
    }

    @Override
    public List<ObservedSandbox> observeAll() {
        synchronized (engine) {
            engine.requireReachable();
            Set<SandboxId> ids = new HashSet<>();
            engine.containers.forEach((id, _) -> ids.add(id));
            engine.guards.forEach((id, _) -> ids.add(id));
            engine.volumes.values().stream()
                    .filter(NamedVolume::deleteWithSandbox)
                    .map(NamedVolume::madeFor)
                    .filter(Objects::nonNull)
                    .forEach(ids::add);
            return ids.stream()
                    .map(id -> new ObservedSandbox(id, observe(id), parts(id), adoptable(id)))
                    .filter(seen -> !(seen.observation() instanceof Observation.Missing))
                    .toList();
        }
    }

    private List<RuntimePart> parts(SandboxId id) {
        List<RuntimePart> parts = new ArrayList<>();
        find(id).ifPresent(_ -> parts.add(new RuntimePart(RuntimePart.Kind.CONTAINER, id.value())));
        Guard guard = engine.guards.get(id);
        if (guard != null && guard.instance().equals(instance)) {
            parts.add(new RuntimePart(RuntimePart.Kind.SIDECAR, id.value()));
        }
        engine.volumes.forEach((name, volume) -> {
            if (isRemnantOf(id, volume)) {
                parts.add(new RuntimePart(RuntimePart.Kind.VOLUME, name));
            }
        });
        return parts;
    }

    @Override
    public List<RuntimePart> listStrays() {
        engine.requireReachable();
        return engine.strays.entrySet().stream()
                .filter(stray -> stray.getValue().equals(instance))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public void removeStray(RuntimePart stray) {
        engine.requireReachable();
        engine.strays.remove(stray, instance);
    }

    /** Somebody makes something that belongs to no sandbox. */
    public void addStray(RuntimePart stray) {
        engine.strays.put(stray, instance);
    }

    private @Nullable Sandbox adoptable(SandboxId id) {
        return find(id).map(Container::sandbox)
                .map(known -> Sandbox.adopt(
                        id,
                        known.spec().withoutSecrets(),
                        known.createdAt(),
                        known.expiresAt().orElse(null),
                        known.createdAt()))
                .orElse(null);
    }

    /** The policy that holds for the sandbox now. */
    public NetworkPolicy enforcedPolicy(SandboxId id) {
        return Objects.requireNonNull(engine.guards.get(id), "no network was prepared")
                .policy();
    }

    private Optional<Container> find(SandboxId id) {
        return Optional.ofNullable(engine.containers.get(id))
                .filter(container -> container.instance().equals(instance));
    }

    @Override
    public Watch watch(WatchListener listener) {
        InMemoryWatch watch = new InMemoryWatch(engine, instance, listener);
        engine.watches.add(watch);
        if (!engine.isAway()) {
            watch.connection(true);
        }
        return watch;
    }

    /** Ends the entry process as {@code exit} says. */
    public void exit(SandboxId id, Exit exit) {
        happen(id, new Observation.Exited(exit));
    }

    /** Somebody makes a sandbox look like this, behind the server's back. */
    public void happen(SandboxId id, Observation observation) {
        engine.put(find(id).orElseThrow().as(observation));
    }

    /** Somebody removes the container behind the server's back; its volumes stay. */
    public void vanish(SandboxId id) {
        Container container = find(id).orElseThrow();
        engine.containers.remove(id);
        engine.changed(container);
    }

    /** Puts an image on the host. */
    public void addImage(ImageRef image) {
        engine.images.add(InMemoryEngine.nameOf(image));
    }

    /** From now on pulls of this image fail. */
    public void refusePull(ImageRef image, String why) {
        engine.refusedPulls.put(InMemoryEngine.nameOf(image), why);
    }

    /** From now on the registry gives the images of this repository for these credentials only. */
    public void requireCredentials(String repository, RegistryCredentials credentials) {
        engine.privateRepositories.put(repository, credentials);
    }

    public void allowHostPath(String path) {
        engine.allowedHostPaths.add(path);
    }

    public void addCapability(RuntimeCapability capability) {
        capabilities.add(capability);
    }

    public void removeCapability(RuntimeCapability capability) {
        capabilities.remove(capability);
    }

    /** Somebody makes a volume that belongs to no sandbox. */
    public void addVolume(String claimName) {
        engine.volumes.put(claimName, new NamedVolume(null, instance, false));
    }

    public boolean hasVolume(String claimName) {
        return engine.volumes.containsKey(claimName);
    }

    public void goAway() {
        engine.setAway(true);
    }

    public void comeBack() {
        engine.setAway(false);
    }

    /** Counts the pulls, and holds them while a test wants to look. */
    public CallGate pulls() {
        return pulls;
    }

    public CallGate launches() {
        return launches;
    }

    public CallGate pauses() {
        return pauses;
    }

    public CallGate resumptions() {
        return resumptions;
    }

    public CallGate removals() {
        return removals;
    }

    /** Whatever is said to, or asked from, what guards the sandboxes' networks. */
    public CallGate guardCalls() {
        return guardCalls;
    }
}
