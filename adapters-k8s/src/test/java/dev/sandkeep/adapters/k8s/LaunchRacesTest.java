package dev.sandkeep.adapters.k8s;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.GuardUnavailable;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.StorageRequest;
import dev.sandkeep.domain.volume.Volume;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others do, or what is left of earlier attempts, while a sandbox is launched. */
class LaunchRacesTest {

    private static final String IMAGE = "registry.example.com/team/app:1";
    private static final NetworkPolicy CLOSED = new NetworkPolicy(Action.DENY, List.of());

    @TempDir
    private Path directory;

    private MockCluster cluster;
    private KubernetesSandboxRuntime runtime;

    @BeforeEach
    void connect() throws IOException {
        cluster = new MockCluster(directory);
        runtime = cluster.runtime(KubernetesSandboxRuntimeTest.GUARD);
        runtime.capabilities();
    }

    @AfterEach
    void end() {
        runtime.close();
        cluster.close();
    }

    private static PodStatusBuilder ended(PodStatusBuilder status) {
        return status.withPhase("Succeeded")
                .withContainerStatuses(new ContainerStatusBuilder()
                        .withName("sandbox")
                        .withState(new ContainerStateBuilder()
                                .withNewTerminated()
                                .withExitCode(0)
                                .withReason("Completed")
                                .endTerminated()
                                .build())
                        .build());
    }

    private Secret secret(Sandbox sandbox) {
        return cluster.raw()
                .secrets()
                .inNamespace(MockCluster.NAMESPACE)
                .withName(PodSpecs.nameOf(sandbox.id()))
                .get();
    }

    private void make(Secret secret) {
        cluster.raw()
                .secrets()
                .inNamespace(MockCluster.NAMESPACE)
                .resource(secret)
                .create();
    }

    private static Pod earlierPod(Sandbox sandbox) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(PodSpecs.nameOf(sandbox.id()))
                .withUid("earlier")
                .endMetadata()
                .build();
    }

    private static Secret secretOfEarlierPod(Sandbox sandbox) {
        return PodSecrets.withPolicy(
                PodSecrets.of("mock", sandbox.id(), earlierPod(sandbox), "an-earlier-key"),
                sandbox.networkPolicy(),
                sandbox.policyRevision());
    }

    /** A server whose watch broke off tries the launch again, and finds that it had ended well. */
    @Test
    void aSandboxThatEndedBeforeItsLaunchWasNotedIsLaunched() {
        cluster.let(LaunchRacesTest::ended);
        Sandbox sandbox = aSandbox();
        runtime.launch(sandbox);

        runtime.launch(sandbox);

        assertThat(runtime.observe(sandbox.id()))
                .isInstanceOfSatisfying(
                        Observation.Exited.class,
                        exited -> assertThat(exited.exit().code()).isZero());
        assertThatThrownBy(() -> runtime.launch(sandbox.started(NOW))).isInstanceOf(LaunchFailed.class);
        assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Exited.class);
    }

    @Test
    void aClaimThatAnotherPodMountsByNowOutlivesTheLaunchItWasMadeFor() {
        cluster.let(status -> status.withPhase("Failed").withReason("OutOfmemory"));
        Sandbox sandbox = aSandbox(aSpec().namedVolume("shared", true, false)
                .volume(new Volume.Named(
                        "second", new MountPath("/second"), false, null, "alone", true, false, StorageRequest.none())));
        makePodThatMounts("shared");

        assertThatThrownBy(() -> runtime.launch(sandbox)).isInstanceOf(LaunchFailed.class);

        assertThat(cluster.claimNames()).containsExactly("shared");
    }

    /** As when another Pod comes after the look at all of them, and the claim is given its volume for that one. */
    @Test
    void aClaimThatIsChangedWhileItIsGivenUpIsLookedAtAgain() {
        cluster.let(status -> status.withPhase("Failed").withReason("OutOfmemory"));
        Sandbox sandbox = aSandbox(aSpec().namedVolume("shared", true, false));
        makePodThatMounts("shared");
        cluster.emptyNext("GET [^?]*/pods[?](?!.*labelSelector).*");
        cluster.outrunNext("DELETE .*/persistentvolumeclaims/.*");

        assertThatThrownBy(() -> runtime.launch(sandbox)).isInstanceOf(LaunchFailed.class);

        assertThat(cluster.claimNames()).containsExactly("shared");
    }

    @Test
    void aClaimThatNobodyUsesGoesThoughItIsChangedMeanwhile() {
        cluster.let(status -> status.withPhase("Failed").withReason("OutOfmemory"));
        Sandbox sandbox = aSandbox(aSpec().namedVolume("alone", true, false));
        cluster.outrunNext("DELETE .*/persistentvolumeclaims/.*");

        assertThatThrownBy(() -> runtime.launch(sandbox)).isInstanceOf(LaunchFailed.class);

        assertThat(cluster.claimNames()).isEmpty();
    }

    private void makePodThatMounts(String claim) {
        cluster.raw()
                .pods()
                .inNamespace(MockCluster.NAMESPACE)
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("another")
                        .endMetadata()
                        .withNewSpec()
                        .addNewVolume()
                        .withName("data")
                        .withNewPersistentVolumeClaim()
                        .withClaimName(claim)
                        .endPersistentVolumeClaim()
                        .endVolume()
                        .endSpec()
                        .build())
                .create();
    }

    @Test
    void aPolicyThatIsChangedDuringTheLaunchOfAPrivateImageLeavesTheSecretToTheLaunch() {
        Sandbox sandbox = aSandbox(aSpec().image(IMAGE).imageAuthenticated());
        runtime.pullImage(
                sandbox.id(), ImageRef.parse(IMAGE), null, new RegistryCredentials("ci", "pa55w0rd"), _ -> {});
        cluster.let(status -> status.withPhase("Pending"));
        // A launch that made the Pod and not the Secret yet.
        cluster.refuse("POST .*/secrets", 503);
        assertThatThrownBy(() -> runtime.launch(sandbox)).isInstanceOf(RuntimeUnavailable.class);
        cluster.refuseNothing();

        runtime.enforce(sandbox.changeNetworkPolicy(CLOSED));

        assertThat(secret(sandbox)).isNull();
    }

    @Test
    void theSecretOfAnEarlierPodIsNotTakenForThatOfThisOne() {
        Sandbox sandbox = aSandbox(aSpec().networkPolicy(CLOSED));
        make(secretOfEarlierPod(sandbox));

        assertThatThrownBy(() -> runtime.launch(sandbox))
                .isInstanceOf(RuntimeUnavailable.class)
                .hasMessageContaining("earlier Pod");
        assertThatThrownBy(() -> runtime.enforce(sandbox))
                .isInstanceOf(GuardUnavailable.class)
                .hasMessageContaining("earlier Pod");

        cluster.raw().resource(secret(sandbox)).delete();
        runtime.enforce(sandbox);
        assertThat(PodSecrets.keyOf(secret(sandbox))).isNotEqualTo("an-earlier-key");
    }

    @Test
    void aSecretOfThatNameThatIsNotOursEndsTheLaunchAndKeepsNobodyForEver() {
        Sandbox sandbox = aSandbox();
        runtime.launch(sandbox);
        Sandbox changed = sandbox.changeNetworkPolicy(CLOSED);
        make(new SecretBuilder()
                .withNewMetadata()
                .withName(PodSpecs.nameOf(sandbox.id()))
                .endMetadata()
                .build());

        assertThatThrownBy(() -> runtime.enforce(changed))
                .isInstanceOf(GuardUnavailable.class)
                .hasMessageContaining(PodSpecs.nameOf(sandbox.id()));
        runtime.remove(sandbox.id());
        assertThatThrownBy(() -> runtime.launch(changed)).isInstanceOf(LaunchFailed.class);
    }

    @Test
    void whatWasNotedForALaunchThatFailedIsForgotten() {
        cluster.let(status -> status.withPhase("Failed").withReason("OutOfmemory"));
        Sandbox sandbox = aSandbox(aSpec().image(IMAGE).imageAuthenticated());
        runtime.pullImage(
                sandbox.id(), ImageRef.parse(IMAGE), null, new RegistryCredentials("ci", "pa55w0rd"), _ -> {});
        assertThatThrownBy(() -> runtime.launch(sandbox)).isInstanceOf(LaunchFailed.class);
        int before = cluster.requests("POST .*/secrets").size();

        assertThatThrownBy(() -> runtime.launch(sandbox)).isInstanceOf(LaunchFailed.class);

        assertThat(cluster.requests("POST .*/secrets")).hasSize(before);
    }
}
