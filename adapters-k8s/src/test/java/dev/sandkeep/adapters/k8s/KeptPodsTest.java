package dev.sandkeep.adapters.k8s;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.sandkeep.domain.sandbox.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That what is read of Pods is kept is shown by the tables of the tests beside it, whose Pods all went through this. */
class KeptPodsTest {

    private static final Pod WHOLE = PodStates.whole("""
            metadata:
              name: sandkeep-1
              namespace: boxes
              uid: 11111111-2222-3333-4444-555555555555
              resourceVersion: "77"
              deletionTimestamp: "2026-11-28T01:00:00Z"
              deletionGracePeriodSeconds: 30
              labels: {sandkeep.dev/instance: test}
              annotations: {sandkeep.dev/created-at: "2026-11-28T00:00:00Z", kubernetes.io/limit-ranger: "set a limit"}
              managedFields:
                - {manager: kubelet, operation: Update, fieldsV1: {"f:status": {}}}
            spec:
              nodeName: node1
              initContainers: [{name: egress, image: egress:1, env: [{name: A, value: B}]}]
              containers: [{name: sandbox, image: python:3.11, env: [{name: TOKEN, value: secret}]}]
              volumes: [{name: sandkeep-gate, emptyDir: {}}, {name: volume-0, emptyDir: {}}]
            status: {phase: Running, podIP: 10.0.0.1}
            """);

    private final Pod kept = KeptPods.of(WHOLE);

    @Test
    void whoSetWhichFieldAndWhatOthersNotedIsNotKept() {
        assertThat(kept.getMetadata().getManagedFields()).isEmpty();
        assertThat(kept.getMetadata().getAnnotations())
                .containsOnly(entry("sandkeep.dev/created-at", "2026-11-28T00:00:00Z"));
    }

    @Test
    void whatContainersAreMadeOfIsNotKept() {
        assertThat(kept.getSpec().getContainers()).isEmpty();
        assertThat(kept.getSpec().getInitContainers())
                .singleElement()
                .satisfies(sidecar -> assertThat(sidecar.getEnv()).isEmpty());
        assertThat(kept.toString()).doesNotContain("TOKEN");
    }

    @Test
    void whoseItIsAndHowItFaresIsKept() {
        assertThat(kept.getMetadata().getUid()).isEqualTo("11111111-2222-3333-4444-555555555555");
        assertThat(kept.getMetadata().getResourceVersion()).isEqualTo("77");
        assertThat(kept.getMetadata().getDeletionTimestamp()).isEqualTo("2026-11-28T01:00:00Z");
        assertThat(kept.getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(30);
        assertThat(PodNotes.belongsTo("test", kept)).isTrue();
        assertThat(kept.getSpec().getNodeName()).isEqualTo("node1");
        assertThat(kept.getSpec().getVolumes())
                .extracting(Volume::getName)
                .isEqualTo(List.of(SidecarSpecs.GATE_VOLUME));
        assertThat(kept.getStatus()).isEqualTo(WHOLE.getStatus());
    }

    @Test
    void theSandboxCanBeTakenOverFromWhatIsKept() {
        Sandbox sandbox = aSandbox();
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName(PodSpecs.nameOf(sandbox.id()))
                .withLabels(PodNotes.labels("test", sandbox.id()))
                .withAnnotations(PodNotes.annotations(sandbox))
                .endMetadata()
                .build();
        Instant now = sandbox.createdAt();

        Sandbox adopted = PodNotes.adoptable(KeptPods.of(pod), now);

        assertThat(adopted).isNotNull();
        assertThat(adopted.spec()).isEqualTo(sandbox.spec());
        assertThat(adopted.expiresAt()).isEqualTo(sandbox.expiresAt());
    }
}
