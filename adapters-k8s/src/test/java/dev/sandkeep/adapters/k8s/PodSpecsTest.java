package dev.sandkeep.adapters.k8s;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.k8s.KubernetesConfig.Access;
import dev.sandkeep.adapters.k8s.KubernetesConfig.Reach;
import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.SubPath;
import dev.sandkeep.domain.volume.Volume;
import dev.sandkeep.testkit.fixture.Specs;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodSpecsTest {

    private static final PodSecrets.Need NOTHING = new PodSecrets.Need(false, false);

    private static final GuardConfig GUARD = new GuardConfig(
            "sandkeep/egress:1",
            List.of(InetAddress.ofLiteral("10.0.0.53")),
            false,
            List.of(Cidr.find("10.1.0.0/16").orElseThrow()),
            List.of(Cidr.find("10.2.0.1").orElseThrow()),
            GuardConfig.SidecarKind.AUTO);

    private static KubernetesConfig config(PodConfig pods, @Nullable GuardConfig guard) {
        return new KubernetesConfig(
                "blue",
                new Access(null, null, null),
                Reach.AUTO,
                pods,
                guard,
                new KubernetesConfig.Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)));
    }

    private static Pod pod(Specs spec) {
        return pod(spec, PodConfig.standard(), null);
    }

    private static Pod pod(Specs spec, PodConfig pods, @Nullable GuardConfig guard) {
        return new PodSpecs(config(pods, guard), null, true).of(aSandbox(spec), false, NOTHING);
    }

    private static Container sandbox(Pod pod) {
        return container(pod.getSpec().getContainers(), PodSpecs.SANDBOX);
    }

    private static Container container(List<Container> containers, String name) {
        return containers.stream()
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void thePodIsNamedAndMarkedAfterItsSandboxAndHasNoSecret() {
        Sandbox sandbox = aSandbox(aSpec().env("TOKEN", "s3cret").metadata("team", "a"));

        Pod pod = new PodSpecs(config(PodConfig.standard(), null), null, true).of(sandbox, false, NOTHING);

        assertThat(pod.getMetadata().getName()).isEqualTo("sandkeep-" + sandbox.id());
        assertThat(pod.getMetadata().getLabels())
                .containsEntry("sandkeep.dev/instance", "blue")
                .containsEntry("sandkeep.dev/sandbox-id", sandbox.id().value());
        assertThat(pod.getMetadata().toString()).doesNotContain("s3cret").contains("team");
    }

    @Test
    void nothingOfTheNodeOrTheClusterIsInReach() {
        PodSpec spec = pod(aSpec()).getSpec();

        assertThat(spec.getAutomountServiceAccountToken()).isFalse();
        assertThat(spec.getEnableServiceLinks()).isFalse();
        assertThat(spec.getHostNetwork()).isFalse();
        assertThat(spec.getHostPID()).isFalse();
        assertThat(spec.getHostIPC()).isFalse();
        assertThat(spec.getRestartPolicy()).isEqualTo("Never");
        assertThat(spec.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        var confined = sandbox(pod(aSpec())).getSecurityContext();
        assertThat(confined.getPrivileged()).isFalse();
        assertThat(confined.getAllowPrivilegeEscalation()).isFalse();
        assertThat(confined.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(confined.getCapabilities().getAdd()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "cpu, 500m, cpu, 500m, 500m, 125m",
        "cpu, 0.0015, cpu, 2m, 2m, 1m",
        "cpu, 2, cpu, 2000m, 2000m, 500m",
        "memory, 64Mi, memory, 67108864, 67108864, 16777216",
        "ephemeral-storage, 1Gi, ephemeral-storage, 1073741824, 1073741824, 268435456",
        "gpu, 2, nvidia.com/gpu, 2, 2, 2"
    })
    void aLimitIsRequestedAsMuchAsTheOperatorWants(
            String resource, String amount, String name, String limit, String whole, String quarter) {
        assertThat(sandbox(pod(aSpec().limit(resource, amount))).getResources()).satisfies(resources -> {
            assertThat(resources.getLimits()).isEqualTo(Map.of(name, Quantity.parse(limit)));
            assertThat(resources.getRequests()).isEqualTo(Map.of(name, Quantity.parse(whole)));
        });
        assertThat(sandbox(pod(aSpec().limit(resource, amount), requesting(25), null))
                        .getResources()
                        .getRequests())
                .isEqualTo(Map.of(name, Quantity.parse(quarter)));
    }

    @ParameterizedTest
    @CsvSource({"app:1, IfNotPresent", "app, Always", "app:latest, Always"})
    void anImageThatChangesIsAskedFor(String image, String policy) {
        assertThat(sandbox(pod(aSpec().image(image))).getImagePullPolicy()).isEqualTo(policy);
    }

    private static PodConfig requesting(int percent) {
        return new PodConfig(
                "runc",
                "low",
                "sandboxes",
                List.of(new PodConfig.Toleration("pool", "sandboxes", "NoSchedule")),
                Map.of("cost", "team-a"),
                null,
                percent,
                Set.of("CHOWN"),
                true,
                true,
                List.of(Path.of("/srv/data")),
                "fast",
                "2Gi",
                Duration.ofHours(2));
    }

    @Test
    void theOperatorsWishesAreInThePod() {
        Pod pod = pod(aSpec(), requesting(50), null);
        PodSpec spec = pod.getSpec();

        assertThat(spec.getRuntimeClassName()).isEqualTo("runc");
        assertThat(spec.getPriorityClassName()).isEqualTo("low");
        assertThat(spec.getServiceAccountName()).isEqualTo("sandboxes");
        assertThat(spec.getHostUsers()).isFalse();
        assertThat(spec.getActiveDeadlineSeconds()).isEqualTo(7200);
        assertThat(spec.getTolerations()).singleElement().satisfies(toleration -> {
            assertThat(toleration.getKey()).isEqualTo("pool");
            assertThat(toleration.getOperator()).isEqualTo("Equal");
            assertThat(toleration.getEffect()).isEqualTo("NoSchedule");
        });
        assertThat(pod.getMetadata().getLabels()).containsEntry("cost", "team-a");
        assertThat(sandbox(pod).getSecurityContext().getCapabilities().getAdd()).containsExactly("CHOWN");
    }

    @Test
    void thePlatformSelectsTheNode() {
        assertThat(pod(aSpec().platform("linux", "arm64")).getSpec().getNodeSelector())
                .isEqualTo(Map.of("kubernetes.io/os", "linux", "kubernetes.io/arch", "arm64"));
    }

    @Test
    void whatUsersWriteIsTakenLiterally() {
        Container sandbox =
                sandbox(pod(aSpec().entrypoint("sh", "-c", "echo $(HOME) $$").env("A", "$(B)")));

        assertThat(sandbox.getCommand()).containsExactly("sh");
        assertThat(sandbox.getArgs()).containsExactly("-c", "echo $$(HOME) $$$$");
        assertThat(sandbox.getEnv()).extracting(EnvVar::getValue).containsExactly("$$(B)");
    }

    @Test
    void aDirectoryOfTheNodesIsAlwaysTheAllowedOneAndTheRestASubPath() {
        Pod pod = pod(
                aSpec().volume(new Volume.HostPath("x", new MountPath("/mnt"), true, new SubPath("b"), "/srv/data/a")),
                requesting(100),
                null);

        assertThat(pod.getSpec().getVolumes().getFirst().getHostPath().getPath())
                .isEqualTo("/srv/data");
        assertThat(pod.getSpec().getVolumes().getFirst().getHostPath().getType())
                .isEqualTo("Directory");
        assertThat(mount(pod)).returns("a/b", VolumeMount::getSubPath).returns(true, VolumeMount::getReadOnly);
    }

    private static VolumeMount mount(Pod pod) {
        return sandbox(pod).getVolumeMounts().getFirst();
    }

    @Test
    void aClaimIsMountedByItsName() {
        Pod pod = pod(aSpec().namedVolume("data-1", true, false));

        assertThat(pod.getSpec()
                        .getVolumes()
                        .getFirst()
                        .getPersistentVolumeClaim()
                        .getClaimName())
                .isEqualTo("data-1");
        assertThat(mount(pod).getMountPath()).isEqualTo("/data");
    }

    @Test
    void withoutASidecarThePodCollectsTheProcesses() {
        assertThat(pod(aSpec()).getSpec().getShareProcessNamespace()).isTrue();
    }

    @Test
    void aGuardedSandboxBeginsWithAProgramThatTheSidecarPutsThere() {
        Pod pod = pod(aSpec().entrypoint("python", "-V"), PodConfig.standard(), GUARD);
        Container sidecar = container(pod.getSpec().getInitContainers(), SidecarSpecs.SIDECAR);

        assertThat(sandbox(pod).getCommand()).containsExactly("/.sandkeep/init", "--");
        assertThat(sandbox(pod).getArgs()).containsExactly("python", "-V");
        assertThat(sandbox(pod).getVolumeMounts())
                .singleElement()
                .returns(true, VolumeMount::getReadOnly)
                .returns("/.sandkeep", VolumeMount::getMountPath);
        assertThat(sidecar.getRestartPolicy()).isEqualTo("Always");
        assertThat(sidecar.getLifecycle().getPostStart().getExec().getCommand())
                .containsExactly("/usr/lib/sandkeep/open-gate");
        assertThat(sidecar.getSecurityContext().getCapabilities().getAdd())
                .containsExactly("NET_ADMIN", "NET_BIND_SERVICE");
        assertThat(pod.getSpec().getShareProcessNamespace()).isFalse();
        assertThat(pod.getSpec().getDnsConfig().getNameservers()).containsExactly("10.0.0.53");
    }

    @Test
    void onOldClustersTheSidecarIsTheFirstContainer() {
        Pod pod = new PodSpecs(config(PodConfig.standard(), GUARD), null, false).of(aSandbox(), false, NOTHING);

        assertThat(pod.getSpec().getInitContainers()).isEmpty();
        assertThat(pod.getSpec().getContainers())
                .extracting(Container::getName)
                .containsExactly(SidecarSpecs.SIDECAR, PodSpecs.SANDBOX);
    }

    @ParameterizedTest
    @CsvSource({"false, false, true, true", "true, false, false, true", "false, true, false, false"})
    void aPodWaitsForTheSecretThatItNeeds(boolean pulls, boolean guards, boolean keyOptional, boolean policyOptional) {
        Pod pod = new PodSpecs(config(PodConfig.standard(), GUARD), null, true)
                .of(aSandbox(), false, new PodSecrets.Need(pulls, guards));
        List<EnvVar> env = container(pod.getSpec().getInitContainers(), SidecarSpecs.SIDECAR)
                .getEnv();

        assertThat(optional(env, "SANDKEEP_EGRESS_KEY")).isEqualTo(keyOptional);
        assertThat(optional(env, "SANDKEEP_EGRESS_POLICY")).isEqualTo(policyOptional);
        assertThat(pod.getSpec().getImagePullSecrets()).hasSize(pulls ? 1 : 0);
    }

    private static boolean optional(List<EnvVar> env, String name) {
        return env.stream()
                .filter(variable -> variable.getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getValueFrom()
                .getSecretKeyRef()
                .getOptional();
    }

    @Test
    void aTemplateIsAddedToAndCannotOpenThePod() {
        Pod template = new KubernetesSerialization().unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {labels: {team: x, sandkeep.dev/instance: other}, annotations: {note: y}}
                spec:
                  hostNetwork: true
                  automountServiceAccountToken: true
                  schedulerName: mine
                  nodeSelector: {pool: sandboxes, kubernetes.io/os: windows}
                  tolerations: [{key: a, operator: Exists}]
                  volumes: [{name: cache, emptyDir: {}}]
                  containers:
                  - name: sandbox
                    image: ignored
                    env: [{name: A, value: template}, {name: B, value: template}]
                    resources: {limits: {memory: 1Gi, cpu: "4"}}
                    volumeMounts: [{name: cache, mountPath: /cache}]
                    securityContext: {privileged: true}
                  - name: agent
                    image: agent:1
                """, Pod.class);
        Pod pod = new PodSpecs(config(requesting(100), null), template, true)
                .of(aSandbox(aSpec().env("A", "asked").limit("memory", "64Mi")), false, NOTHING);
        PodSpec spec = pod.getSpec();

        assertThat(pod.getMetadata().getLabels())
                .containsEntry("team", "x")
                .containsEntry("cost", "team-a")
                .containsEntry("sandkeep.dev/instance", "blue");
        assertThat(pod.getMetadata().getAnnotations()).containsEntry("note", "y");
        assertThat(spec.getHostNetwork()).isFalse();
        assertThat(spec.getAutomountServiceAccountToken()).isFalse();
        assertThat(spec.getSchedulerName()).isEqualTo("mine");
        assertThat(spec.getNodeSelector()).isEqualTo(Map.of("pool", "sandboxes", "kubernetes.io/os", "linux"));
        assertThat(spec.getTolerations()).hasSize(2);
        assertThat(spec.getContainers()).extracting(Container::getName).containsExactly("sandbox", "agent");
        Container sandbox = sandbox(pod);
        assertThat(sandbox.getImage()).isEqualTo("docker.io/sandkeep-test/busybox:1");
        assertThat(sandbox.getSecurityContext().getPrivileged()).isFalse();
        assertThat(sandbox.getEnv()).extracting(EnvVar::getValue).containsExactlyInAnyOrder("template", "asked");
        assertThat(sandbox.getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .containsExactly("/cache");
        assertThat(sandbox.getResources().getLimits())
                .isEqualTo(Map.of("memory", Quantity.parse("67108864"), "cpu", Quantity.parse("4")));
    }
}
