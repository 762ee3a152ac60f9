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
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.SandboxState.Pending;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.domain.volume.Volume;
import dev.sandkeep.testkit.fake.InMemoryEngine.Container;
import dev.sandkeep.testkit.fake.InMemoryEngine.Listener;
import dev.sandkeep.testkit.fake.InMemoryEngine.NamedVolume;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
    private final InMemoryAdmission admission;
    private final InMemoryRegistry registry;
    private final InMemoryGuards guards;
    private final InMemoryInventory inventory;
    private final CallGate launches = new CallGate();
    private final CallGate pauses = new CallGate();
    private final CallGate resumptions = new CallGate();
    private final CallGate removals = new CallGate();

    /** It can pause, and what else needs no hardware. */
    public InMemorySandboxRuntime() {
        this("test", new InMemoryEngine());
    }

    private InMemorySandboxRuntime(String instance, InMemoryEngine engine) {
        this.instance = instance;
        this.engine = engine;
        this.admission = new InMemoryAdmission(engine, capabilities);
        this.registry = new InMemoryRegistry(engine);
        this.guards = new InMemoryGuards(instance, engine);
        this.inventory = new InMemoryInventory(instance, engine, guards);
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
        admission.admit(spec);
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
            registry.pull(image, credentials, progress);
        } else {
            registry.note(sandbox, credentials);
        }
    }

    @Override
    public void prepareNetwork(Sandbox sandbox) {
        engine.requireReachable();
        guards.prepare(sandbox.id());
    }

    @Override
    public void enforce(Sandbox sandbox) {
        engine.requireReachable();
        guards.enforce(sandbox);
    }

    @Override
    public Optional<EnforcedPolicy> findEnforced(SandboxId id) {
        engine.requireReachable();
        return guards.findEnforced(id);
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
            } else if (mayStart(sandbox, present)) {
                start(present);
            }
        }
    }

    private boolean mayStart(Sandbox sandbox, Container present) {
        if (!(present.observation() instanceof Observation.Exited)
                || capabilities.contains(RuntimeCapability.RESTART)) {
            return !isUp(present);
        }
        if (sandbox.state() instanceof Pending) {
            return false;
        }
        throw new SandboxException.LaunchFailed(
                StatusReason.RUNTIME_ERROR, "Sandbox " + sandbox.id() + " ended, and is not started again", null);
    }

    private Container create(Sandbox sandbox) {
        SandboxSpec spec = sandbox.spec();
        try {
            requireImage(sandbox.id(), spec.source());
        } catch (SandboxException.LaunchFailed refused) {
            guards.remove(sandbox.id());
            throw refused;
        }
        for (Volume volume : spec.volumes()) {
            if (volume instanceof Volume.Named named) {
                engine.volumes.putIfAbsent(
                        named.claimName(), new NamedVolume(sandbox.id(), instance, named.deleteOnSandboxTermination()));
            }
        }
        return new Container(instance, sandbox, new Observation.Created());
    }

    private void requireImage(SandboxId id, Source source) {
        if (source instanceof Source.Image image && !capabilities.contains(RuntimeCapability.IMAGES)) {
            registry.obtain(id, image.reference());
        }
        if (!engine.has(instance, source)) {
            throw new SandboxException.LaunchFailed(
                    source instanceof Source.Image ? StatusReason.IMAGE_PULL_FAILED : StatusReason.RUNTIME_ERROR,
                    source + ": is not on the host",
                    null);
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
            Container up = inventory
                    .find(id)
                    .filter(InMemorySandboxRuntime::isUp)
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
            inventory.removeVolumesOf(id);
            guards.remove(id);
        }
    }

    /** Everything that an entry process writes, it writes when its sandbox is created. */
    @Override
    public Optional<LogExcerpt> findLog(SandboxId id, LogSelection selection) {
        engine.requireReachable();
        return inventory.find(id).map(container -> EntryLog.of(container.sandbox(), selection));
    }

    @Override
    public Optional<InetSocketAddress> findAddress(SandboxId id, int port) {
        engine.requireReachable();
        return inventory
                .find(id)
                .filter(container -> container.observation() instanceof Observation.Running)
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
        return inventory.observe(id);
    }

    @Override
    public List<ObservedSandbox> observeAll() {
        synchronized (engine) {
            engine.requireReachable();
            return inventory.observeAll();
        }
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

    /** The policy that holds for the sandbox now. */
    public NetworkPolicy enforcedPolicy(SandboxId id) {
        return Objects.requireNonNull(engine.guards.get(id), "no network was prepared")
                .policy();
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
        engine.put(inventory.find(id).orElseThrow().as(observation));
    }

    /** Somebody removes the container behind the server's back; its volumes stay. */
    public void vanish(SandboxId id) {
        Container container = inventory.find(id).orElseThrow();
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

    public void addCapability(RuntimeCapability capability) {
        capabilities.add(capability);
    }

    public void removeCapability(RuntimeCapability capability) {
        capabilities.remove(capability);
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
        return registry.pulls();
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
        return guards.calls();
    }
}
