package dev.sandkeep.adapters.k8s;

import dev.sandkeep.adapters.k8s.KubernetesConfig.Access;
import dev.sandkeep.adapters.k8s.KubernetesConfig.Reach;
import dev.sandkeep.adapters.k8s.KubernetesConfig.Timeouts;
import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.testkit.fixture.SidecarImage;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;

/**
 * A real cluster, as a test uses it: a namespace of its own, runtimes there, a raw client to look behind them, and the
 * removal of everything. The tests that need one are skipped, and say so, where none is named.
 */
final class TestCluster implements AutoCloseable {

    static final String KUBECONFIG = "SANDKEEP_TEST_KUBECONFIG";

    private static final String MISSING =
            "the environment variable " + KUBECONFIG + " names no kubeconfig of a cluster to test on";

    private final String name = "sandkeep-it-" + UUID.randomUUID().toString().substring(0, 8);
    private final KubernetesClient raw;
    private final List<KubernetesSandboxRuntime> runtimes = new ArrayList<>();
    private final List<String> volumes = new ArrayList<>();

    /** Skips the test if there is no cluster. */
    static TestCluster assumed() {
        Assumptions.assumeTrue(System.getenv(KUBECONFIG) != null, MISSING);
        return new TestCluster();
    }

    private TestCluster() {
        this.raw = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig().toFile()))
                .build();
        raw.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    static Path kubeconfig() {
        return Path.of(System.getenv(KUBECONFIG));
    }

    KubernetesClient raw() {
        return raw;
    }

    /** Also the name of its class of storage. */
    String namespace() {
        return name;
    }

    KubernetesConfig config() {
        return config(pods());
    }

    PodConfig pods() {
        return pods(List.of());
    }

    PodConfig pods(List<Path> allowedHostPaths) {
        return new PodConfig(
                null,
                null,
                null,
                List.of(),
                Map.of(),
                null,
                100,
                java.util.Set.of(),
                false,
                false,
                allowedHostPaths,
                name,
                "1Mi",
                Duration.ofHours(1));
    }

    KubernetesConfig config(PodConfig pods) {
        return new KubernetesConfig("test", new Access(kubeconfig(), null, name), Reach.DIRECT, pods, null, timeouts());
    }

    static Timeouts timeouts() {
        return new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    /** With a sidecar in every Pod. */
    static KubernetesConfig guarded(KubernetesConfig plain, GuardConfig.SidecarKind sidecar) {
        return with(
                plain,
                new GuardConfig(
                        SidecarImage.name(),
                        List.of(InetAddress.ofLiteral("198.18.0.53")),
                        false,
                        ownAddresses(),
                        List.of(),
                        sidecar));
    }

    static KubernetesConfig with(KubernetesConfig plain, GuardConfig guard) {
        return new KubernetesConfig(
                plain.instance(), plain.access(), plain.reach(), plain.pods(), guard, plain.timeouts());
    }

    static KubernetesConfig ofInstance(KubernetesConfig config, String instance) {
        return new KubernetesConfig(
                instance, config.access(), config.reach(), config.pods(), config.guard(), config.timeouts());
    }

    /** From where this machine reaches Pods. */
    static List<Cidr> ownAddresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .map(address -> new Cidr(address, address.getAddress().length * 8))
                    .distinct()
                    .toList();
        } catch (SocketException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    KubernetesSandboxRuntime runtime(KubernetesConfig config) {
        KubernetesSandboxRuntime runtime = KubernetesSandboxRuntime.of(config, Map.of(), InstantSource.system());
        runtimes.add(runtime);
        return runtime;
    }

    /** A volume of the class of storage, as a provisioner would make one. */
    void addVolume() {
        String volume = name + "-" + volumes.size();
        volumes.add(volume);
        raw.persistentVolumes()
                .resource(new PersistentVolumeBuilder()
                        .withNewMetadata()
                        .withName(volume)
                        .endMetadata()
                        .withNewSpec()
                        .withCapacity(Map.of("storage", Quantity.parse("1Mi")))
                        .withAccessModes("ReadWriteOnce", "ReadWriteMany")
                        .withStorageClassName(name)
                        .withPersistentVolumeReclaimPolicy("Delete")
                        .withNewHostPath()
                        .withPath("/tmp/" + volume)
                        .withType("DirectoryOrCreate")
                        .endHostPath()
                        .endSpec()
                        .build())
                .create();
    }

    boolean hasClaim(String claimName) {
        return raw.persistentVolumeClaims()
                        .inNamespace(name)
                        .withName(claimName)
                        .get()
                != null;
    }

    @Override
    public void close() {
        runtimes.forEach(KubernetesSandboxRuntime::close);
        raw.pods().inNamespace(name).withGracePeriod(0).delete();
        raw.namespaces().withName(name).delete();
        volumes.forEach(volume -> raw.persistentVolumes().withName(volume).delete());
        raw.close();
    }
}
