package dev.sandkeep.bench;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Creates on a Kubernetes cluster, beside Pods that are made without a server. */
final class Clustering {

    private static final String IMAGE = "sandkeep-test/busybox:1";
    private static final String REQUEST = """
            {"image": {"uri": "%s"}, "timeout": 3600, "resourceLimits": {},
             "entrypoint": ["sleep", "3600"]%s}""";
    private static final String POLICY = """
            , "networkPolicy": {"defaultAction": "deny", "egress": [{"action": "allow", "target": "pypi.org"}]}""";
    private static final int ROUNDS = 20;
    private static final int LIVES = 20;
    private static final int AT_ONCE = 100;

    private final List<String> command;
    private final String kubeconfig;
    private final String sidecarImage;
    private final String namespace =
            "sandkeep-bench-" + UUID.randomUUID().toString().substring(0, 8);

    Clustering(List<String> command, String kubeconfig, String sidecarImage) {
        this.command = command;
        this.kubeconfig = kubeconfig;
        this.sidecarImage = sidecarImage;
    }

    /** Tells each row as soon as it is measured. */
    void rows(Path directory, Consumer<String> row) throws IOException, InterruptedException {
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Path.of(kubeconfig).toFile()))
                .build()) {
            client.namespaces()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
            try {
                compare("without a guard", client, directory.resolve("open"), Map.of(), "", "")
                        .forEach(row);
                compare("native sidecar", client, directory.resolve("native"), guarded("native"), "", "native")
                        .forEach(row);
                compare(
                                "sidecar container",
                                client,
                                directory.resolve("container"),
                                guarded("container"),
                                "",
                                "container")
                        .forEach(row);
                compare(
                                "native sidecar and policy",
                                client,
                                directory.resolve("policy"),
                                guarded("native"),
                                POLICY,
                                "native")
                        .forEach(row);
                row.accept(storm(directory.resolve("storm")));
                writes("without a guard", client, directory.resolve("writes"), Map.of(), "")
                        .forEach(row);
                writes("policy", client, directory.resolve("writes-policy"), guarded("native"), POLICY)
                        .forEach(row);
            } finally {
                client.pods().inNamespace(namespace).withGracePeriod(0).delete();
                client.namespaces().withName(namespace).delete();
            }
        }
    }

    private Map<String, String> guarded(String sidecar) {
        return Map.of(
                "SANDKEEP_EGRESS_IMAGE", sidecarImage,
                "SANDKEEP_EGRESS_RESOLVERS", "198.18.0.53",
                "SANDKEEP_KUBERNETES_SIDECAR", sidecar);
    }

    private Server server(Path data, Map<String, String> more) throws IOException, InterruptedException {
        Files.createDirectories(data);
        Map<String, String> settings = new HashMap<>(Map.of(
                "SANDKEEP_RUNTIME",
                "kubernetes",
                "SANDKEEP_KUBERNETES_KUBECONFIG",
                kubeconfig,
                "SANDKEEP_KUBERNETES_NAMESPACE",
                namespace,
                "SANDKEEP_KUBERNETES_REACH",
                "direct",
                "SANDKEEP_PROVISIONING_LAUNCHES",
                Integer.toString(AT_ONCE)));
        settings.putAll(more);
        return Server.start(command, data, settings);
    }

    /**
     * By turns, so that whatever else the machine does is felt by all.
     *
     * @param sidecar of what kind the second container of a Pod without a server is, beside one that has none; empty for
     *     no such Pod
     */
    private List<String> compare(
            String name,
            KubernetesClient client,
            Path data,
            Map<String, String> settings,
            String policy,
            String sidecar)
            throws IOException, InterruptedException {
        Samples raw = new Samples();
        Samples alike = new Samples();
        Samples ours = new Samples();
        try (Server server = server(data, settings)) {
            String body = REQUEST.formatted(IMAGE, policy);
            server.delete(server.create(body, true));
            rawPod(client, new Samples(), sidecar);
            for (int i = 0; i < ROUNDS; i++) {
                rawPod(client, raw, "");
                if (!sidecar.isEmpty()) {
                    rawPod(client, alike, sidecar);
                }
                List<String> made = new ArrayList<>();
                ours.time(() -> made.add(server.create(body, true)));
                for (String id : made) {
                    server.delete(id);
                }
            }
        }
        List<String> rows = new ArrayList<>();
        rows.add(raw.row("Pod, beside: " + name));
        if (!sidecar.isEmpty()) {
            rows.add(alike.row("Pod with a second container of that kind, beside: " + name));
        }
        rows.add(ours.row("Sandkeep, " + name));
        rows.add(ratio("a Pod, " + name, ours, raw));
        if (!sidecar.isEmpty()) {
            rows.add(ratio("a Pod with a second container, " + name, ours, alike));
        }
        return rows;
    }

    private static String ratio(String name, Samples ours, Samples raw) {
        return "| ratio of the medians to %s | | %.2f | | | |".formatted(name, ours.median() / raw.median());
    }

    private void rawPod(KubernetesClient client, Samples samples, String sidecar) {
        String name = "raw-" + UUID.randomUUID();
        CountDownLatch runs = new CountDownLatch(1);
        try (Watch _ = client.pods().inNamespace(namespace).withName(name).watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, Pod pod) {
                if (pod.getStatus() != null
                        && pod.getStatus().getContainerStatuses() != null
                        && pod.getStatus().getContainerStatuses().stream()
                                .anyMatch(status -> status.getName().equals("sandbox") && runs(status))) {
                    runs.countDown();
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                throw new IllegalStateException(cause);
            }
        })) {
            samples.time(() -> {
                client.pods()
                        .inNamespace(namespace)
                        .resource(pod(name, sidecar))
                        .create();
                if (!runs.await(60, TimeUnit.SECONDS)) {
                    throw new IOException("A Pod did not run");
                }
            });
        }
        client.pods().inNamespace(namespace).withName(name).withGracePeriod(1).delete();
    }

    private static boolean runs(ContainerStatus status) {
        return status.getState() != null && status.getState().getRunning() != null;
    }

    private static Pod pod(String name, String sidecar) {
        PodBuilder pod = new PodBuilder(pod(name));
        Container second = new ContainerBuilder(pod.buildSpec().getContainers().getFirst())
                .withName("second")
                .withRestartPolicy(sidecar.equals("native") ? "Always" : null)
                .build();
        return switch (sidecar) {
            case "native" ->
                pod.editSpec().addToInitContainers(second).endSpec().build();
            case "container" ->
                pod.editSpec().addToContainers(0, second).endSpec().build();
            default -> pod.build();
        };
    }

    private static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(1L)
                .addNewContainer()
                .withName("sandbox")
                .withImage(IMAGE)
                .withImagePullPolicy("IfNotPresent")
                .withCommand("sleep", "3600")
                .endContainer()
                .endSpec()
                .build();
    }

    /** What the API server counted of the writes of Pods and Secrets, whoever asked for them, for each life. */
    private List<String> writes(
            String name, KubernetesClient client, Path data, Map<String, String> settings, String policy)
            throws IOException, InterruptedException {
        String body = REQUEST.formatted(IMAGE, policy);
        Map<String, Long> counted;
        try (Server server = server(data, settings)) {
            server.delete(server.create(body, true));
            Map<String, Long> before = ApiWrites.counted(client);
            for (int i = 0; i < LIVES; i++) {
                server.delete(server.create(body, true));
            }
            counted = ApiWrites.counted(client);
            before.forEach((what, count) -> counted.merge(what, -count, Long::sum));
        }
        return counted.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(each -> "| writes of a life, %s: %s | %d | %.2f | | | |"
                        .formatted(name, each.getKey(), LIVES, each.getValue() / (double) LIVES))
                .toList();
    }

    /** Each must run, or fail for a reason. */
    private String storm(Path data) throws IOException, InterruptedException {
        Map<String, Integer> outcomes = new ConcurrentHashMap<>();
        Samples samples = new Samples();
        try (Server server = server(data, Map.of());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> made = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                threads.execute(() -> samples.time(() -> {
                    String outcome = server.createAndTell(REQUEST.formatted(IMAGE, ""), made::add);
                    outcomes.merge(outcome, 1, Integer::sum);
                }));
            }
            threads.shutdown();
            threads.awaitTermination(10, TimeUnit.MINUTES);
            double memory = server.residentMebibytes();
            for (String id : List.copyOf(made)) {
                server.delete(id);
            }
            return samples.row(AT_ONCE + " at once: " + outcomes + ", server %.0f MiB".formatted(memory));
        }
    }
}
