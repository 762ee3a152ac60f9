package dev.sandkeep.adapters.k8s;

import static dev.sandkeep.adapters.k8s.PodStates.aGuardedPod;
import static dev.sandkeep.adapters.k8s.PodStates.aPod;
import static dev.sandkeep.adapters.k8s.PodStates.aPodWithTwoContainers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.sandbox.Observation;
import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BegunPodsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{phase: Pending}",
                "{phase: Pending, containerStatuses: [{name: sandbox, state: {waiting: {reason: ContainerCreating}}}]}",
                "{phase: Pending, containerStatuses: [{name: sandbox}]}"
            })
    void whatTheStatusDoesNotTellYetIsKnown(String status) {
        Pod begun = BegunPods.of(aPod(status));

        assertThat(PodObservations.of(begun)).isInstanceOf(Observation.Running.class);
        assertThat(LaunchProgress.of(begun, "image")).isInstanceOf(LaunchProgress.Started.class);
    }

    @Test
    void theSidecarBeganBeforeIt() {
        String waiting = "state: {waiting: {reason: PodInitializing}}";

        assertThat(PodObservations.of(BegunPods.of(aPodWithTwoContainers(
                        "{containerStatuses: [{name: egress, " + waiting + "}, {name: sandbox, " + waiting + "}]}"))))
                .isInstanceOf(Observation.Running.class);
        assertThat(PodObservations.of(BegunPods.of(aGuardedPod("{initContainerStatuses: [{name: egress, " + waiting
                        + "}], containerStatuses: [{name: sandbox, " + waiting + "}]}"))))
                .isInstanceOf(Observation.Running.class);
    }

    @Test
    void whatTheStatusTellsIsNotChanged() {
        Pod ended = aPod("{containerStatuses: [{name: sandbox, state: {terminated: {exitCode: 3}}}]}");
        Pod unguarded = aPodWithTwoContainers("{containerStatuses: [{name: egress, state: {terminated: {exitCode: 1}}},"
                + " {name: sandbox, state: {running: {}}}]}");

        assertThat(BegunPods.of(ended)).isEqualTo(ended);
        assertThat(BegunPods.of(unguarded)).isEqualTo(unguarded);
    }

    @Test
    void aSidecarThatEndedSinceIsNoSidecarThatRuns() {
        Pod begun = BegunPods.of(aPodWithTwoContainers("{containerStatuses: [{name: egress, state: {terminated:"
                + " {exitCode: 1}}}, {name: sandbox, state: {waiting: {}}}]}"));

        assertThat(PodObservations.of(begun)).isInstanceOf(Observation.Unguarded.class);
    }
}
