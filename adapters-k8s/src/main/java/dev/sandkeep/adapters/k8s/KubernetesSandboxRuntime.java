package dev.sandkeep.adapters.k8s;

import dev.sandkeep.application.port.EnforcedPolicy;
import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.application.port.ObservedSandbox;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SandboxException.Unsupported;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sandboxes as Pods of a Kubernetes cluster. Thread-safe. */
public final class KubernetesSandboxRuntime implements SandboxRuntime, AutoCloseable {

    /** Handlers whose containers use the network of the node's kernel; the filter would see nothing of any other. */
    private static final Set<String> FILTERED_CLASSES = Set.of("runc", "crun", "youki");

    private final KubernetesConfig config;
    private final Cluster cluster;
    private final Pods pods = new Pods();
    private final PodWatch podWatch;
    private final StartWatch startWatch;
    private final PodStore store;
    private final Claims claims;
    private final Inventory inventory;
    private final PodPorts ports;
    private final PodLog podLog;
    private final ImageNotes images = new ImageNotes();
    private final @Nullable PodGuards guards;
    private final @Nullable Pod template;
    private final Set<RuntimeCapability> capabilities;
    private final Admission admission;
    private @Nullable PodSpecs specs;

    private KubernetesSandboxRuntime(KubernetesConfig config, boolean inCluster, InstantSource clock) {
        this.config = config;
        this.cluster = new Cluster(config.access(), config.timeouts().call());
        this.template = PodTemplates.read(config.pods().template());
        this.podWatch = new PodWatch(cluster, config.instance(), pods);
        this.startWatch = new StartWatch(cluster, pods);
        this.store = new PodStore(cluster, config, pods, clock);
        this.claims = new Claims(cluster, config);
        this.inventory = new Inventory(store, claims, clock);
        this.ports = new PodPorts(
                cluster,
                config.reach(),
                inCluster,
                config.guard() == null ? List.of() : config.guard().servers());
        this.podLog = new PodLog(cluster, config.timeouts().call());
        this.guards = config.guard() == null ? null : new PodGuards(cluster, store, ports, config.instance());
        this.capabilities = capabilitiesOf(config, template);
        this.admission = new Admission(claims, config, capabilities);
        pods.whenGone(ports::forget);
    }

    /**
     * A runtime that goes on connecting in the background, so that a cluster which is away does not keep a server from
     * starting.
     *
     * @param environment where {@code KUBERNETES_SERVICE_HOST} tells that this server is a Pod itself
     * @throws IllegalArgumentException if the kubeconfig or the template of Pods cannot be read, or is not allowed
     */
    public static KubernetesSandboxRuntime of(
            KubernetesConfig config, Map<String, String> environment, InstantSource clock) {
        boolean inCluster = environment.containsKey("KUBERNETES_SERVICE_HOST");
        KubernetesSandboxRuntime runtime = new KubernetesSandboxRuntime(config, inCluster, clock);
        runtime.podWatch.start();
        runtime.startWatch.start();
        return runtime;
    }

    private static Set<RuntimeCapability> capabilitiesOf(KubernetesConfig config, @Nullable Pod template) {
        Set<RuntimeCapability> capabilities =
                EnumSet.of(RuntimeCapability.EPHEMERAL_STORAGE, RuntimeCapability.STORAGE_REQUESTS);
        if (config.pods().gpu()) {
            capabilities.add(RuntimeCapability.GPU);
        }
        String runtimeClass = config.pods().runtimeClass() != null || template == null || template.getSpec() == null
                ? config.pods().runtimeClass()
                : template.getSpec().getRuntimeClassName();
        if (config.guard() != null && (runtimeClass == null || FILTERED_CLASSES.contains(runtimeClass))) {
            capabilities.add(RuntimeCapability.NETWORK_POLICY);
        }
        return Set.copyOf(capabilities);
    }

    /** The version of the cluster decides how sidecars are made, and is asked when the first one is. */
    private synchronized PodSpecs specs() {
        if (specs == null) {
            specs = new PodSpecs(config, template, config.guard() != null && makesNativeSidecars(config.guard()));
        }
        return specs;
    }

    private boolean makesNativeSidecars(GuardConfig guard) {
        return switch (guard.sidecar()) {
            case AUTO -> cluster.version() >= 29;
            case NATIVE -> true;
            case CONTAINER -> false;
        };
    }

    @Override
    public Set<RuntimeCapability> capabilities() {
        store.requireConnection();
        return capabilities;
    }

    @Override
    public void admit(SandboxSpec spec) {
        store.requireConnection();
        admission.admit(spec);
    }

    @Override
    public boolean hasImage(ImageRef image, @Nullable Platform platform) {
        store.requireConnection();
        return true;
    }

    @Override
    public void pullImage(
            SandboxId sandbox,
            ImageRef image,
            @Nullable Platform platform,
            @Nullable RegistryCredentials credentials,
            Consumer<String> progress) {
        store.requireConnection();
        images.add(sandbox, credentials);
    }

    /** The network of a Pod is made together with it. */
    @Override
    public void prepareNetwork(Sandbox sandbox) {
        store.requireConnection();
    }

    @Override
    public void launch(Sandbox sandbox) {
        store.requireConnection();
        Launch launch = new Launch(
                store,
                pods,
                claims,
                guards,
                specs(),
                config,
                sandbox,
                images.find(sandbox.id()).orElse(null));
        try {
            launch.run();
        } catch (LaunchFailed failed) {
            images.forget(sandbox.id());
            throw failed;
        }
        images.forget(sandbox.id());
    }

    @Override
    public void pause(SandboxId id) {
        refusePause();
    }

    @Override
    public void resume(SandboxId id) {
        refusePause();
    }

    private void refusePause() {
        store.requireConnection();
        throw new Unsupported("Kubernetes cannot pause a sandbox; let it run on, or delete it and create another one");
    }

    @Override
    public void remove(SandboxId id) {
        images.forget(id);
        store.remove(id);
        claims.removeRemnants(id);
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
    public Optional<LogExcerpt> findLog(SandboxId id, LogSelection selection) {
        // A node that should have ended it long ago is away, and its log with it.
        return store.find(id).filter(pod -> !store.isOverdue(pod)).flatMap(_ -> podLog.find(id, selection));
    }

    @Override
    public Optional<InetSocketAddress> findAddress(SandboxId id, int port) {
        return store.findAddressed(id)
                .filter(pod -> PodObservations.of(pod) instanceof Observation.Running)
                .flatMap(pod -> ports.find(pod, port));
    }

    @Override
    public Observation observe(SandboxId id) {
        return inventory.observe(id);
    }

    @Override
    public List<ObservedSandbox> observeAll() {
        return inventory.observeAll();
    }

    @Override
    public List<RuntimePart> listStrays() {
        return inventory.listStrays();
    }

    @Override
    public void removeStray(RuntimePart stray) {
        inventory.removeStray(stray);
    }

    @Override
    public Watch watch(WatchListener listener) {
        return pods.watch(listener);
    }

    /** Runs programs in these sandboxes. */
    public SandboxExec exec() {
        return new KubernetesSandboxExec(cluster, store);
    }

    /** Ends the connections to the cluster; the sandboxes go on. */
    @Override
    public void close() {
        startWatch.close();
        podWatch.close();
        ports.close();
        cluster.close();
    }
}
