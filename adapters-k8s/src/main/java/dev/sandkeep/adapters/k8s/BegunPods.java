package dev.sandkeep.adapters.k8s;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what a Pod is like of which it is known that its sandbox began, while its status does not tell it yet. The node
 * starts a sidecar before the sandbox, so that one began, too. Pure.
 */
final class BegunPods {

    private static final ContainerState RUNNING =
            new ContainerStateBuilder().withNewRunning().endRunning().build();

    private BegunPods() {}

    static Pod of(Pod pod) {
        if (PodObservations.sandbox(pod).filter(BegunPods::isTold).isPresent()) {
            return pod;
        }
        PodStatus told = PodObservations.statusOf(pod);
        List<ContainerStatus> containers = new ArrayList<>(begun(told.getContainerStatuses()));
        if (PodObservations.sandbox(pod).isEmpty()) {
            containers.add(new ContainerStatusBuilder()
                    .withName(PodSpecs.SANDBOX)
                    .withState(RUNNING)
                    .build());
        }
        PodStatus status = new PodStatusBuilder(told)
                .withInitContainerStatuses(begun(told.getInitContainerStatuses()))
                .withContainerStatuses(containers)
                .build();
        return new PodBuilder(pod).withStatus(status).build();
    }

    private static List<ContainerStatus> begun(List<ContainerStatus> containers) {
        return containers.stream()
                .map(container -> isTold(container)
                        ? container
                        : new ContainerStatusBuilder(container)
                                .withState(RUNNING)
                                .build())
                .toList();
    }

    private static boolean isTold(ContainerStatus container) {
        ContainerState state = container.getState();
        return state != null && (state.getRunning() != null || state.getTerminated() != null);
    }
}
