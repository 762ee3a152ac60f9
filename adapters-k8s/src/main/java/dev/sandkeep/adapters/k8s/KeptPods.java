package dev.sandkeep.adapters.k8s;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.List;

/**
 * Says what is kept of a Pod for as long as it lives: whose it is, and what is read to tell how it fares. The rest, of
 * which who set which field takes the most, would only fill the heap. Pure.
 */
final class KeptPods {

    private KeptPods() {}

    static Pod of(Pod pod) {
        PodBuilder kept = new PodBuilder().withMetadata(metadata(pod)).withStatus(pod.getStatus());
        if (pod.getSpec() != null) {
            kept.withSpec(spec(pod.getSpec()));
        }
        return kept.build();
    }

    private static ObjectMeta metadata(Pod pod) {
        ObjectMeta all = pod.getMetadata();
        return new ObjectMetaBuilder()
                .withName(all.getName())
                .withNamespace(all.getNamespace())
                .withUid(all.getUid())
                .withResourceVersion(all.getResourceVersion())
                .withCreationTimestamp(all.getCreationTimestamp())
                .withDeletionTimestamp(all.getDeletionTimestamp())
                .withDeletionGracePeriodSeconds(all.getDeletionGracePeriodSeconds())
                .withLabels(all.getLabels())
                .withAnnotations(PodNotes.ownAnnotations(pod))
                .build();
    }

    /** Which node has it, and what tells whether it has a guard, of what kind, and whom it lets in. */
    private static PodSpec spec(PodSpec all) {
        return new PodSpecBuilder()
                .withNodeName(all.getNodeName())
                .withInitContainers(sidecars(all.getInitContainers()))
                .withContainers(sidecars(all.getContainers()))
                .withVolumes(all.getVolumes().stream()
                        .filter(volume -> SidecarSpecs.GATE_VOLUME.equals(volume.getName()))
                        .toList())
                .build();
    }

    private static List<Container> sidecars(List<Container> all) {
        return all.stream()
                .filter(container -> SidecarSpecs.SIDECAR.equals(container.getName()))
                .map(sidecar -> new ContainerBuilder()
                        .withName(sidecar.getName())
                        .withEnv(sidecar.getEnv().stream()
                                .filter(variable -> SidecarSpecs.SERVERS.equals(variable.getName()))
                                .toList())
                        .build())
                .toList();
    }
}
