package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.ServerProcess.Answer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClassBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators set for all Pods, and what a request says of its node, as a real Pod has it. */
class KubernetesPodSettingsIT {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int PRIORITY = 1_000;

    /** Asks for what the server has to add to, and for what it must not grant. */
    private static final String TEMPLATE = """
            apiVersion: v1
            kind: Pod
            metadata:
              labels: {team: template, tier: template}
              annotations: {example.com/owner: template}
            spec:
              hostNetwork: true
              hostPID: true
              automountServiceAccountToken: true
              priorityClassName: not-this-one
              tolerations: [{key: template.example.com/taint, operator: Exists}]
              volumes: [{name: scratch, emptyDir: {medium: Memory, sizeLimit: 1Mi}}]
              containers:
                - name: sandbox
                  image: ignored:1
                  env: [{name: FROM_TEMPLATE, value: "yes"}, {name: FROM_BOTH, value: template}]
                  volumeMounts: [{name: scratch, mountPath: /scratch}]
                  securityContext: {privileged: true}
            """;

    @TempDir
    Path directory;

    private ClusterView cluster;
    private ServerProcess server;

    @BeforeEach
    void connect() throws IOException {
        cluster = ClusterView.assumed();
        server = cluster.server(directory);
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private void start() throws IOException {
        server.start();
        await("the server is ready").atMost(SOON).until(() -> server.readiness() == 200);
    }

    private Answer create(String more) {
        return server.create("""
                {"image": {"uri": "python:3.11"}, "timeout": 3600, "resourceLimits": {"cpu": "500m", "memory": "128Mi"},
                 "env": {"FROM_BOTH": "request"}, "entrypoint": ["sleep", "1000"]%s}""".formatted(more), "Prefer", "wait=60");
    }

    private static String message(Answer failed) {
        assertThat(failed.state()).as(failed.body().toString()).isEqualTo("Failed");
        return failed.body().path("status").path("message").asText();
    }

    private String architecture() {
        return cluster.client()
                .nodes()
                .list()
                .getItems()
                .getFirst()
                .getMetadata()
                .getLabels()
                .get("kubernetes.io/arch");
    }

    @Test
    void everythingThatIsSetIsInThePodThatRuns() throws IOException {
        String name = cluster.namespace();
        HasMetadata runtimeClass = new RuntimeClassBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withHandler("runc")
                .build();
        HasMetadata priorityClass = new PriorityClassBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withValue(PRIORITY)
                .build();
        try (var _ = cluster.with(runtimeClass);
                var _ = cluster.with(priorityClass)) {
            cluster.client()
                    .resource(new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withName("nobody-special")
                            .withNamespace(name)
                            .endMetadata()
                            .build())
                    .create();
            server.with("SANDKEEP_KUBERNETES_RUNTIME_CLASS", name)
                    .with("SANDKEEP_KUBERNETES_PRIORITY_CLASS", name)
                    .with("SANDKEEP_KUBERNETES_SERVICE_ACCOUNT", "nobody-special")
                    .with("SANDKEEP_KUBERNETES_TOLERATIONS", "dedicated=sandboxes:NoSchedule, example.com/spot")
                    .with("SANDKEEP_KUBERNETES_LABELS", "team=e2e,example.com/cost=low")
                    .with("SANDKEEP_KUBERNETES_REQUEST_PERCENT", "50")
                    .with("SANDKEEP_KUBERNETES_CAPABILITIES", "CHOWN,SETUID")
                    .with("SANDKEEP_KUBERNETES_BACK_STOP_SECONDS", "7200")
                    .with(
                            "SANDKEEP_KUBERNETES_POD_TEMPLATE",
                            Files.writeString(directory.resolve("template.yaml"), TEMPLATE)
                                    .toString());
            start();

            Answer created = create("""
                    , "platform": {"os": "linux", "arch": "%s"}""".formatted(architecture()));

            assertThat(created.state()).as(created.body().toString()).isEqualTo("Running");
            Pod pod = cluster.pod(created.id());
            assertThat(pod.getMetadata().getLabels())
                    .containsEntry("team", "e2e")
                    .containsEntry("tier", "template")
                    .containsEntry("example.com/cost", "low")
                    .containsEntry("sandkeep.dev/sandbox-id", created.id());
            assertThat(pod.getMetadata().getAnnotations()).containsEntry("example.com/owner", "template");
            assertSet(pod.getSpec());
            assertThat(cluster.probe(created.id(), "frames")).isEqualTo("EPERM");
            assertThat(
                            cluster.exec(
                                    ClusterView.nameOf(created.id()),
                                    "sandbox",
                                    "sh",
                                    "-c",
                                    "exec 2>&1; echo $FROM_TEMPLATE $FROM_BOTH; grep CapEff /proc/self/status; ls /var/run/secrets;"
                                            + " touch /scratch/written && chown 7 /scratch/written && stat -c %u /scratch/written"))
                    // Bits 0 and 7 are CHOWN and SETUID.
                    .contains("yes request", "0000000000000081", "No such file or directory")
                    .endsWith("7\n");
            // What the handler of a class does is not for servers to see, so nothing is promised of the filter there.
            Answer refused = create("""
                    , "networkPolicy": {"defaultAction": "deny"}""");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body().path("message").asText()).startsWith("networkPolicy: ");
            server.delete(created.id());
        }
    }

    private void assertSet(PodSpec spec) {
        assertThat(spec.getRuntimeClassName()).isEqualTo(cluster.namespace());
        assertThat(spec.getPriorityClassName()).isEqualTo(cluster.namespace());
        assertThat(spec.getPriority()).isEqualTo(PRIORITY);
        assertThat(spec.getServiceAccountName()).isEqualTo("nobody-special");
        assertThat(spec.getAutomountServiceAccountToken()).isFalse();
        assertThat(spec.getNodeSelector())
                .isEqualTo(Map.of("kubernetes.io/os", "linux", "kubernetes.io/arch", architecture()));
        assertThat(spec.getTolerations())
                .contains(
                        new Toleration("NoSchedule", "dedicated", "Equal", null, "sandboxes"),
                        new Toleration(null, "example.com/spot", "Exists", null, null),
                        new Toleration(null, "template.example.com/taint", "Exists", null, null));
        assertThat(spec.getHostNetwork()).isNotEqualTo(true);
        assertThat(spec.getHostPID()).isNotEqualTo(true);
        assertThat(spec.getActiveDeadlineSeconds()).isEqualTo(7200);
        Container sandbox = spec.getContainers().stream()
                .filter(container -> container.getName().equals("sandbox"))
                .findFirst()
                .orElseThrow();
        assertThat(sandbox.getImage()).contains("python:3.11");
        assertThat(sandbox.getEnv()).contains(new EnvVar("FROM_TEMPLATE", "yes", null));
        assertThat(sandbox.getResources().getLimits())
                .containsEntry("cpu", Quantity.parse("500m"))
                .containsEntry("memory", Quantity.parse("128Mi"));
        assertThat(sandbox.getResources().getRequests())
                .containsEntry("cpu", Quantity.parse("250m"))
                .containsEntry("memory", Quantity.parse("64Mi"));
        assertThat(sandbox.getSecurityContext().getPrivileged()).isFalse();
        assertThat(sandbox.getSecurityContext().getCapabilities().getDrop()).isEqualTo(List.of("ALL"));
    }

    @Test
    void aPlatformThatNoNodeHasIsToldByTheScheduler() throws IOException {
        start();
        String other = architecture().equals("amd64") ? "arm64" : "amd64";

        Answer failed = create("""
                , "platform": {"os": "linux", "arch": "%s"}""".formatted(other));

        assertThat(message(failed)).contains("No node takes it", "node affinity/selector");
        assertThat(failed.reason()).isEqualTo("provision_timeout");
    }

    /** Whether its node can tell is in no status of the Pod, but in an event. */
    @Test
    void userNamespacesAreThereOrTheNodeSaysThatItHasNone() throws IOException {
        server.with("SANDKEEP_KUBERNETES_USER_NAMESPACES", "true")
                .with("SANDKEEP_KUBERNETES_LAUNCH_TIMEOUT_SECONDS", "20");
        start();

        Answer created = create("");

        if (nodeHasUserNamespaces()) {
            assertThat(created.state()).as(created.body().toString()).isEqualTo("Running");
            assertThat(cluster.exec(ClusterView.nameOf(created.id()), "sandbox", "cat", "/proc/self/uid_map"))
                    .doesNotContain("4294967295");
        } else {
            assertThat(message(created)).contains("It did not start", "does not support user namespaces");
            assertThat(cluster.podNames()).doesNotContain(ClusterView.nameOf(created.id()));
        }
    }

    private boolean nodeHasUserNamespaces() {
        return cluster.client().nodes().list().getItems().stream()
                .flatMap(node -> node.getStatus().getRuntimeHandlers().stream())
                .anyMatch(handler -> handler.getFeatures() != null
                        && Boolean.TRUE.equals(handler.getFeatures().getUserNamespaces()));
    }

    @Test
    void classesThatTheClusterDoesNotHaveAreNamed() throws IOException {
        server.with("SANDKEEP_KUBERNETES_RUNTIME_CLASS", "no-such-runtime");
        start();

        assertThat(message(create(""))).contains("The cluster refused", "no-such-runtime");
    }
}
