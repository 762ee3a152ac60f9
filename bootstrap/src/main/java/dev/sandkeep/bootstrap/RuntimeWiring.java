package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.docker.DockerConfig;
import dev.sandkeep.adapters.docker.DockerSandboxRuntime;
import dev.sandkeep.adapters.docker.EgressConfig;
import dev.sandkeep.adapters.docker.SidecarOwner;
import dev.sandkeep.adapters.docker.SidecarPoolStatistics;
import dev.sandkeep.adapters.k8s.GuardConfig;
import dev.sandkeep.adapters.k8s.KubernetesConfig;
import dev.sandkeep.adapters.k8s.KubernetesSandboxRuntime;
import dev.sandkeep.adapters.k8s.KubernetesSnapshotStore;
import dev.sandkeep.adapters.k8s.PodConfig;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.bootstrap.config.ConfigException;
import dev.sandkeep.bootstrap.config.KubernetesSettings;
import dev.sandkeep.bootstrap.config.ServerConfig;
import dev.sandkeep.bootstrap.metrics.Metrics;
import dev.sandkeep.bootstrap.replica.Replica;
import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.ResourceName;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the container runtime that the configuration names. */
final class RuntimeWiring {

    /** Where a Pod is told that the API server is. */
    private static final String SERVICE = "KUBERNETES_SERVICE_HOST";

    private RuntimeWiring() {}

    /** A runtime, what runs programs in its sandboxes, and what keeps the files of its sandboxes. */
    record ConnectedRuntime(SandboxRuntime runtime, SandboxExec exec, SnapshotStore snapshots) {}

    /** The engine or the cluster is connected to when it is first needed. */
    static ConnectedRuntime connect(
            ServerConfig config,
            Map<String, String> environment,
            Replica replica,
            InstantSource clock,
            Metrics metrics,
            Closer closer) {
        return switch (config.runtime()) {
            case DOCKER -> docker(config, environment, replica, clock, metrics, closer);
            case KUBERNETES -> kubernetes(config, environment, clock, closer);
        };
    }

    private static ConnectedRuntime kubernetes(
            ServerConfig config, Map<String, String> environment, InstantSource clock, Closer closer) {
        try {
            KubernetesSandboxRuntime runtime = closer.register(
                    KubernetesSandboxRuntime.of(kubernetesConfig(config, environment), environment, clock));
            return new ConnectedRuntime(runtime, runtime.exec(), new KubernetesSnapshotStore(runtime));
        } catch (IllegalArgumentException wrong) {
            throw new ConfigException("kubernetes: " + wrong.getMessage(), wrong);
        }
    }

    private static KubernetesConfig kubernetesConfig(ServerConfig config, Map<String, String> environment) {
        ServerConfig.Kubernetes kubernetes = config.kubernetes();
        return new KubernetesConfig(
                config.instance(),
                new KubernetesConfig.Access(kubernetes.kubeconfig(), kubernetes.context(), kubernetes.namespace()),
                KubernetesConfig.Reach.valueOf(kubernetes.reach().name()),
                new PodConfig(
                        kubernetes.runtimeClass(),
                        kubernetes.priorityClass(),
                        kubernetes.serviceAccount(),
                        kubernetes.tolerations().stream()
                                .map(RuntimeWiring::toleration)
                                .toList(),
                        kubernetes.labels(),
                        kubernetes.podTemplate(),
                        kubernetes.requestPercent(),
                        kubernetes.capabilities(),
                        kubernetes.userNamespaces(),
                        kubernetes.gpu(),
                        kubernetes.allowedHostPaths(),
                        kubernetes.storageClass(),
                        kubernetes.storage(),
                        kubernetes.backStop()),
                guard(config, environment),
                new KubernetesConfig.Timeouts(
                        kubernetes.callTimeout(), kubernetes.scheduleTimeout(), kubernetes.launchTimeout()));
    }

    private static PodConfig.Toleration toleration(KubernetesSettings.Toleration wanted) {
        return new PodConfig.Toleration(wanted.key(), wanted.value(), wanted.effect());
    }

    private static @Nullable GuardConfig guard(ServerConfig config, Map<String, String> environment) {
        ServerConfig.Egress egress = config.egress();
        String image = egress.image();
        if (image == null) {
            return null;
        }
        List<Cidr> closed = new ArrayList<>(config.kubernetes().closedAddresses());
        Optional.ofNullable(environment.get(SERVICE)).flatMap(Cidr::find).ifPresent(closed::add);
        List<Cidr> servers = config.kubernetes().serverAddresses();
        return new GuardConfig(
                image,
                egress.resolvers().isEmpty() ? HostNetwork.resolvers() : egress.resolvers(),
                egress.allowPrivate(),
                servers.isEmpty() ? ownAddresses() : servers,
                closed,
                GuardConfig.SidecarKind.valueOf(config.kubernetes().sidecar().name()));
    }

    private static List<Cidr> ownAddresses() {
        return HostNetwork.addresses().stream()
                .flatMap(address -> Stream.of(new Cidr(address, address.getAddress().length * 8)))
                .toList();
    }

    private static ConnectedRuntime docker(
            ServerConfig config,
            Map<String, String> environment,
            Replica replica,
            InstantSource clock,
            Metrics metrics,
            Closer closer) {
        ServerConfig.Docker docker = config.docker();
        DockerSandboxRuntime runtime = closer.register(DockerSandboxRuntime.of(
                new DockerConfig(
                        config.instance(),
                        docker.host(),
                        docker.allowedHostPaths(),
                        new ResourceLimits(Map.of(ResourceName.PIDS.word(), Integer.toString(docker.defaultPids()))),
                        docker.ociRuntime(),
                        DockerConfig.Gpu.valueOf(docker.gpu().name()),
                        egress(config.egress()),
                        docker.callTimeout(),
                        docker.launchTimeout(),
                        docker.pullTimeout(),
                        docker.snapshotTimeout()),
                environment,
                new SidecarOwner(replica.name(), replica.living()::lives),
                clock));
        runtime.sidecarPools().forEach(pool -> show(pool, metrics));
        return new ConnectedRuntime(runtime, runtime.exec(), runtime.snapshots());
    }

    private static void show(SidecarPoolStatistics pool, Metrics metrics) {
        metrics.gauge("sandkeep.sidecars.wanted", "Sidecars to be kept ready", "kind", pool.kind(), pool::wanted);
        metrics.gauge("sandkeep.sidecars.ready", "Sidecars that are ready", "kind", pool.kind(), pool::ready);
        metrics.counter(
                "sandkeep.sidecars.claims", "Sandboxes that got a ready sidecar", "kind", pool.kind(), pool::claims);
        metrics.counter(
                "sandkeep.sidecars.misses", "Sandboxes that found none ready", "kind", pool.kind(), pool::misses);
    }

    private static @Nullable EgressConfig egress(ServerConfig.Egress egress) {
        String image = egress.image();
        return image == null
                ? null
                : new EgressConfig(
                        image,
                        egress.resolvers().isEmpty() ? HostNetwork.resolvers() : egress.resolvers(),
                        egress.allowPrivate(),
                        egress.ipv6(),
                        HostNetwork.addresses(),
                        egress.spareOpen(),
                        egress.spareGuarding());
    }
}
