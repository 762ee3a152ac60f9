package dev.sandkeep.bootstrap.process;

import dev.sandkeep.testkit.fixture.SidecarImage;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URL;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Assumptions;

/**
 * A real cluster behind a server: a namespace of its own there, and a look at what the server made. Tests that need one
 * are skipped, and say so, where none is named. This machine must reach Pods by their addresses, as a node does.
 */
final class ClusterView implements AutoCloseable {

    private static final String KUBECONFIG = "SANDKEEP_TEST_KUBECONFIG";

    private final String namespace =
            "sandkeep-e2e-" + UUID.randomUUID().toString().substring(0, 8);
    private final KubernetesClient client;
    private final List<String> volumes = new ArrayList<>();

    private ClusterView(Path kubeconfig) {
        this.client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
    }

    /** Skips the test if there is no cluster. */
    static ClusterView assumed() {
        String kubeconfig = System.getenv(KUBECONFIG);
        Assumptions.assumeTrue(
                kubeconfig != null,
                "the environment variable " + KUBECONFIG + " names no kubeconfig of a cluster to test on");
        return new ClusterView(Path.of(kubeconfig));
    }

    /** A node has its end of the network of Pods, and an address there, when it has had a Pod. */
    private void awaitNetwork() {
        String name = "first-" + UUID.randomUUID().toString().substring(0, 8);
        client.pods()
                .inNamespace(namespace)
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withRestartPolicy("Never")
                        .withTerminationGracePeriodSeconds(0L)
                        .addNewContainer()
                        .withName("first")
                        .withImage("sandkeep-test/busybox:1")
                        .withCommand("sleep", "1000")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        client.pods()
                .inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(
                        pod -> pod != null && "Running".equals(pod.getStatus().getPhase()), 60, TimeUnit.SECONDS);
        client.pods().inNamespace(namespace).withName(name).withGracePeriod(0).delete();
    }

    /** A server for this namespace, guarded, that is not started yet. */
    ServerProcess server(Path data) throws IOException {
        awaitNetwork();
        return new ServerProcess(data, "e2e", "unix:///nowhere/docker.sock")
                .with("SANDKEEP_RUNTIME", "kubernetes")
                .with("SANDKEEP_KUBERNETES_KUBECONFIG", System.getenv(KUBECONFIG))
                .with("SANDKEEP_KUBERNETES_NAMESPACE", namespace)
                .with("SANDKEEP_KUBERNETES_SCHEDULE_TIMEOUT_SECONDS", "20")
                .with("SANDKEEP_KUBERNETES_STORAGE_CLASS", namespace)
                .with("SANDKEEP_KUBERNETES_REACH", "direct")
                .with("SANDKEEP_KUBERNETES_SERVER_ADDRESSES", addressesOfThisMachine())
                .with("SANDKEEP_EGRESS_IMAGE", SidecarImage.name())
                .with("SANDKEEP_EGRESS_RESOLVERS", StandInInternet.RESOLVER);
    }

    private static String addressesOfThisMachine() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .map(InetAddress::getHostAddress)
                .filter(address -> !address.contains("%"))
                .distinct()
                .collect(Collectors.joining(","));
    }

    /** The same, reaching the API server through what stands before it. */
    ServerProcess server(Path data, EngineProxy before) throws IOException {
        String kubeconfig = Files.readString(Path.of(System.getenv(KUBECONFIG)))
                .replaceAll("(?m)^(\\s*)server:.*$", "$1server: " + before.url());
        return server(data)
                .with(
                        "SANDKEEP_KUBERNETES_KUBECONFIG",
                        Files.writeString(data.resolve("kubeconfig"), kubeconfig)
                                .toString());
    }

    /** Passes requests on to the API server; it speaks plainly with servers, so that requests can be told apart. */
    EngineProxy proxy() throws IOException {
        SSLContext tls;
        try {
            tls = SSLUtils.sslContext(client.getConfiguration());
        } catch (GeneralSecurityException unusable) {
            throw new AssertionError("The kubeconfig's certificates cannot be used", unusable);
        }
        URL target = client.getMasterUrl();
        int port = target.getPort() < 0 ? target.getDefaultPort() : target.getPort();
        return EngineProxy.before(() -> {
            Socket socket = tls.getSocketFactory().createSocket(target.getHost(), port);
            return new EngineProxy.Connection(
                    Channels.newChannel(socket.getInputStream()),
                    Channels.newChannel(socket.getOutputStream()),
                    socket);
        });
    }

    /** A volume that {@link #server} makes claims for, as a provisioner would make one. */
    void addVolume() {
        String volume = namespace + "-" + volumes.size();
        volumes.add(volume);
        client.persistentVolumes()
                .resource(new PersistentVolumeBuilder()
                        .withNewMetadata()
                        .withName(volume)
                        .endMetadata()
                        .withNewSpec()
                        .withCapacity(Map.of("storage", Quantity.parse("1Gi")))
                        .withAccessModes("ReadWriteOnce")
                        .withStorageClassName(namespace)
                        .withPersistentVolumeReclaimPolicy("Delete")
                        .withNewHostPath()
                        .withPath("/tmp/" + volume)
                        .withType("DirectoryOrCreate")
                        .endHostPath()
                        .endSpec()
                        .build())
                .create();
    }

    KubernetesClient client() {
        return client;
    }

    /** Something that belongs to no namespace, for as long as it is wanted. */
    Wanted with(HasMetadata thing) {
        client.resource(thing).create();
        return () -> client.resource(thing).delete();
    }

    /** What was made for a test; closing removes it. */
    interface Wanted extends AutoCloseable {

        @Override
        void close();
    }

    /** Where the API server is: its host and its port, with a space between. */
    String apiServer() {
        URL url = client.getMasterUrl();
        return url.getHost() + " " + (url.getPort() < 0 ? url.getDefaultPort() : url.getPort());
    }

    String namespace() {
        return namespace;
    }

    /** The Pod of a sandbox, or null if there is none. */
    Pod pod(String sandbox) {
        return client.pods().inNamespace(namespace).withName(nameOf(sandbox)).get();
    }

    static String nameOf(String sandbox) {
        return "sandkeep-" + sandbox;
    }

    List<String> podNames() {
        return client.pods().inNamespace(namespace).list().getItems().stream()
                .map(pod -> pod.getMetadata().getName())
                .toList();
    }

    /** What is left in the namespace: Pods, claims, and Secrets of sandboxes. */
    List<String> leftovers() {
        return Stream.of(
                        client.pods().inNamespace(namespace).list().getItems(),
                        client.persistentVolumeClaims()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.secrets()
                                .inNamespace(namespace)
                                .withLabel("sandkeep.dev/instance")
                                .list()
                                .getItems())
                .flatMap(List::stream)
                .map(thing -> thing.getKind() + " " + thing.getMetadata().getName())
                .toList();
    }

    /** What became of a try in a sandbox, in words; see probe.py. */
    String probe(String sandbox, String... arguments) {
        return probeIn(nameOf(sandbox), arguments);
    }

    /** The same in the container of that name of any Pod. */
    String probeIn(String pod, String... arguments) {
        return exec(pod, "sandbox", Probe.command(arguments).toArray(String[]::new))
                .lines()
                .reduce("", (_, line) -> line);
    }

    /** All that a command in a container writes. */
    String exec(String pod, String container, String... command) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (ExecWatch exec = client.pods()
                .inNamespace(namespace)
                .withName(pod)
                .inContainer(container)
                .writingOutput(output)
                .writingError(output)
                .exec(command)) {
            exec.exitCode().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failed) {
            throw new AssertionError("A command in " + pod + " did not end: " + List.of(command), failed);
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.pods().inNamespace(namespace).withGracePeriod(0).delete();
        client.namespaces().withName(namespace).delete();
        volumes.forEach(volume -> client.persistentVolumes().withName(volume).delete());
        client.close();
    }
}
