package dev.sandkeep.adapters.k8s;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SandboxException.Unsupported;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.domain.volume.AccessMode;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.StorageRequest;
import dev.sandkeep.domain.volume.Volume;
import dev.sandkeep.testkit.contract.RecordedWatch;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls of the adapter, on an API server that runs nothing. */
class KubernetesSandboxRuntimeTest {

    private static final GuardConfig GUARD = new GuardConfig(
            "sandkeep/egress:1",
            List.of(InetAddress.ofLiteral("10.0.0.53")),
            false,
            List.of(),
            List.of(),
            GuardConfig.SidecarKind.NATIVE);

    @TempDir
    private Path directory;

    private MockCluster cluster;
    private KubernetesSandboxRuntime runtime;

    @BeforeEach
    void connect() throws IOException {
        cluster = new MockCluster(directory);
        runtime = cluster.runtime(null);
        runtime.capabilities();
    }

    @AfterEach
    void end() {
        runtime.close();
        cluster.close();
    }

    private void guard() {
        runtime.close();
        runtime = cluster.runtime(GUARD);
        runtime.capabilities();
    }

    private Pod pod(Sandbox sandbox) {
        return cluster.raw()
                .pods()
                .inNamespace(MockCluster.NAMESPACE)
                .withName(PodSpecs.nameOf(sandbox.id()))
                .get();
    }

    private Secret secret(Sandbox sandbox) {
        return cluster.raw()
                .secrets()
                .inNamespace(MockCluster.NAMESPACE)
                .withName(PodSpecs.nameOf(sandbox.id()))
                .get();
    }

    private static String decoded(Secret secret, String key) {
        return new String(Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
    }

    @Test
    void theLifeOfASandboxIsTwoWrites() {
        Sandbox sandbox = aSandbox();

        runtime.launch(sandbox);
        assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Running.class);
        assertThat(runtime.findAddress(sandbox.id(), 80)).contains(new InetSocketAddress("10.9.0.1", 80));
        runtime.remove(sandbox.id());

        assertThat(cluster.writes()).containsExactly("POST pods", "DELETE pods");
        assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
    }

    @Test
    void withoutAPolicyAGuardedSandboxTakesNoMore() {
        guard();
        Sandbox sandbox = aSandbox();

        runtime.launch(sandbox);

        assertThat(cluster.writes()).containsExactly("POST pods");
    }

    @Test
    void aPolicyIsInASecretThatGoesWithThePod() {
        guard();
        Sandbox sandbox = aSandbox(aSpec().networkPolicy(new NetworkPolicy(Action.DENY, List.of())));

        runtime.launch(sandbox);

        assertThat(cluster.writes()).containsExactly("POST pods", "POST secrets");
        Secret secret = secret(sandbox);
        assertThat(secret.getMetadata().getOwnerReferences())
                .extracting(OwnerReference::getUid)
                .containsExactly(pod(sandbox).getMetadata().getUid());
        assertThat(decoded(secret, PodSecrets.POLICY)).isEqualTo("{\"defaultAction\":\"deny\",\"egress\":[]}");
        assertThat(decoded(secret, PodSecrets.KEY)).matches("[0-9a-f]{64}");
        assertThat(pod(sandbox).toString()).doesNotContain(decoded(secret, PodSecrets.KEY));
    }

    @Test
    void credentialsAreInASecretThatGoesWithThePodAndNowhereElse() {
        Sandbox sandbox =
                aSandbox(aSpec().image("registry.example.com/team/app:1").imageAuthenticated());

        runtime.pullImage(
                sandbox.id(),
                ImageRef.parse("registry.example.com/team/app:1"),
                null,
                new RegistryCredentials("ci", "pa55w0rd"),
                _ -> {});
        runtime.launch(sandbox);

        assertThat(decoded(secret(sandbox), ".dockerconfigjson"))
                .contains("\"registry.example.com\"", "\"password\":\"pa55w0rd\"");
        assertThat(pod(sandbox).getSpec().getImagePullSecrets()).hasSize(1);
        assertThat(pod(sandbox).getSpec().getContainers().getFirst().getImagePullPolicy())
                .isEqualTo("Always");
        assertThat(pod(sandbox).toString()).doesNotContain("pa55w0rd");
    }

    private PersistentVolumeClaim claim(String name) {
        return cluster.raw()
                .persistentVolumeClaims()
                .inNamespace(MockCluster.NAMESPACE)
                .withName(name)
                .get();
    }

    @Test
    void aClaimIsMadeAsTheRequestSaysAndAsTheOperatorSaysForTheRest() {
        runtime.launch(aSandbox(aSpec().namedVolume(
                        "asked",
                        new StorageRequest(
                                "fast", "1.5Gi", List.of(AccessMode.READ_WRITE_MANY, AccessMode.READ_ONLY_MANY)))));
        runtime.launch(aSandbox(aSpec().namedVolume("plain", StorageRequest.none())));

        PersistentVolumeClaimSpec asked = claim("asked").getSpec();
        assertThat(asked.getStorageClassName()).isEqualTo("fast");
        assertThat(asked.getResources().getRequests()).isEqualTo(Map.of("storage", Quantity.parse("1.5Gi")));
        assertThat(asked.getAccessModes()).containsExactly("ReadWriteMany", "ReadOnlyMany");
        PersistentVolumeClaimSpec plain = claim("plain").getSpec();
        assertThat(plain.getStorageClassName()).isNull();
        assertThat(plain.getResources().getRequests()).isEqualTo(Map.of("storage", Quantity.parse("1Gi")));
        assertThat(plain.getAccessModes()).containsExactly("ReadWriteOnce");
    }

    @Test
    void aClaimThatIsThereStaysAsItIsAndWhereItIs() {
        PersistentVolumeClaim present = cluster.raw()
                .persistentVolumeClaims()
                .inNamespace(MockCluster.NAMESPACE)
                .resource(new PersistentVolumeClaimBuilder()
                        .withNewMetadata()
                        .withName("theirs")
                        .endMetadata()
                        .withNewSpec()
                        .withAccessModes("ReadOnlyMany")
                        .endSpec()
                        .build())
                .create();
        Sandbox sandbox = aSandbox(aSpec().volume(new Volume.Named(
                "data",
                new MountPath("/data"),
                false,
                null,
                "theirs",
                true,
                true,
                new StorageRequest("fast", "2Gi", List.of()))));

        runtime.launch(sandbox);
        runtime.remove(sandbox.id());

        assertThat(claim("theirs").getSpec()).isEqualTo(present.getSpec());
    }

    @Test
    void anImageThatOthersOpenedWithCredentialsIsAskedForAgain() {
        Sandbox sandbox = aSandbox();
        runtime.pullImage(sandbox.id(), ImageRef.parse("team/app:1"), null, null, _ -> {});

        runtime.launch(sandbox);

        assertThat(pod(sandbox).getSpec().getContainers().getFirst().getImagePullPolicy())
                .isEqualTo("Always");
    }

    @Test
    void aLaunchThatANodeRefusesIsUndone() {
        cluster.let(status ->
                status.withPhase("Failed").withReason("OutOfmemory").withMessage("Node didn't have enough resource"));
        Sandbox sandbox = aSandbox(aSpec().namedVolume("data-1", true, false));

        assertThatThrownBy(() -> runtime.launch(sandbox))
                .isInstanceOfSatisfying(
                        LaunchFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(StatusReason.RUNTIME_ERROR))
                .hasMessageContaining("enough resource");

        assertThat(cluster.writes())
                .containsExactly(
                        "POST persistentvolumeclaims", "POST pods", "DELETE pods", "DELETE persistentvolumeclaims");
    }

    @Test
    void aPodThatNoNodeTakesFailsWithTheSchedulersReason() {
        runtime.close();
        runtime = cluster.runtime(null);
        cluster.let(status -> status.withPhase("Pending")
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage("0/1 nodes are available: 1 Insufficient memory.")
                .endCondition());

        assertThatThrownBy(() -> runtime.launch(aSandbox()))
                .isInstanceOfSatisfying(
                        LaunchFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(StatusReason.PROVISION_TIMEOUT))
                .hasMessageContaining("1 Insufficient memory");
    }

    @Test
    void whatAnInterruptedLaunchLeftIsFinished() {
        Sandbox sandbox = aSandbox();
        runtime.launch(sandbox);
        cluster.writes();

        runtime.launch(sandbox);

        assertThat(cluster.writes()).isEmpty();
    }

    @Test
    void whatIsNotInThisInstanceIsNotTouched() {
        Sandbox sandbox = aSandbox();
        runtime.launch(sandbox);
        Pod copy = pod(sandbox);
        copy.getMetadata().getLabels().put(PodNotes.INSTANCE, "other");
        cluster.raw().pods().inNamespace(MockCluster.NAMESPACE).resource(copy).update();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Missing.class));
        cluster.writes();

        runtime.remove(sandbox.id());

        assertThat(cluster.writes()).isEmpty();
        assertThat(pod(sandbox)).isNotNull();
    }

    @Test
    void aPodThatSomebodyDeletesIsToldAndMissing() {
        Sandbox sandbox = aSandbox();
        runtime.launch(sandbox);
        RecordedWatch watch = new RecordedWatch();
        try (var _ = runtime.watch(watch)) {
            cluster.raw()
                    .pods()
                    .inNamespace(MockCluster.NAMESPACE)
                    .withName(PodSpecs.nameOf(sandbox.id()))
                    .delete();

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(watch.changes()).contains(sandbox.id()));
            assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
        }
    }

    @Test
    void whatAClusterCannotDoIsRefusedWithWhatCanBeDoneInstead() {
        assertThatThrownBy(() -> runtime.pause(aSandbox().id()))
                .isInstanceOf(Unsupported.class)
                .hasMessageContaining("let it run on, or delete it");
        assertThatThrownBy(() -> runtime.admit(aSpec().limit("pids", "10").build()))
                .isInstanceOf(Unsupported.class)
                .hasMessageContaining("podPidsLimit");
        assertThatThrownBy(() -> runtime.admit(aSpec().limit("gpu", "1").build()))
                .isInstanceOf(Unsupported.class)
                .hasMessageContaining("leave it out");
        assertThatThrownBy(
                        () -> runtime.admit(aSpec().platform("windows", "amd64").build()))
                .isInstanceOf(Unsupported.class)
                .hasMessageContaining("linux");
    }
}
