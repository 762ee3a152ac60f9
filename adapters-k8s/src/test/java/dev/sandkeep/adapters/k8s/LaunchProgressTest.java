package dev.sandkeep.adapters.k8s;

import static dev.sandkeep.adapters.k8s.PodStates.aGuardedPod;
import static dev.sandkeep.adapters.k8s.PodStates.aPod;
import static dev.sandkeep.adapters.k8s.PodStates.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sandkeep.adapters.k8s.LaunchProgress.Deleted;
import dev.sandkeep.adapters.k8s.LaunchProgress.Refused;
import dev.sandkeep.adapters.k8s.LaunchProgress.Started;
import dev.sandkeep.adapters.k8s.LaunchProgress.Unschedulable;
import dev.sandkeep.adapters.k8s.LaunchProgress.Waiting;
import dev.sandkeep.domain.sandbox.StatusReason;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LaunchProgressTest {

    private static Pod waiting(String reason, String message) {
        return aPod("containerStatuses: [{name: sandbox, state: {waiting: {reason: " + reason + ", message: '" + message
                + "'}}}]");
    }

    private static Pod waitingGuard(String reason, String message) {
        return aGuardedPod("initContainerStatuses: [{name: egress, state: {waiting: {reason: " + reason + ", message: '"
                + message + "'}}}]\ncontainerStatuses: [{name: sandbox, state: {waiting: {reason:"
                + " PodInitializing}}}]");
    }

    private static Refused noImage(String said) {
        return new Refused(StatusReason.IMAGE_PULL_FAILED, "image team/app:1: " + said);
    }

    static Stream<Arguments> states() {
        return Stream.of(
                arguments(
                        "nothing is known",
                        read("metadata: {name: p}\nspec: {}"),
                        waitingFor("its node has not begun with it")),
                arguments(
                        "no node takes it",
                        aPod("conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: '0/1"
                                + " nodes are available: 1 Insufficient memory.'}]"),
                        new Unschedulable("0/1 nodes are available: 1 Insufficient memory.")),
                arguments("it is being made", waiting("ContainerCreating", ""), waitingFor("ContainerCreating")),
                arguments("the first pull failed", waiting("ErrImagePull", "not found"), noImage("not found")),
                arguments(
                        "pulls go on failing",
                        waiting("ImagePullBackOff", "Back-off pulling image: ErrImagePull: not found"),
                        noImage("Back-off pulling image: ErrImagePull: not found")),
                arguments("it may not be pulled", waiting("ErrImageNeverPull", ""), noImage("ErrImageNeverPull")),
                arguments("the image has no name", waiting("InvalidImageName", "bad"), noImage("bad")),
                arguments(
                        "the node pulls too much",
                        waiting("ErrImagePull", "pull QPS exceeded"),
                        waitingFor("pull QPS exceeded")),
                arguments(
                        "its Secret is not there yet",
                        waiting("CreateContainerConfigError", "secret \"p\" not found"),
                        waitingFor("secret \"p\" not found")),
                arguments(
                        "it cannot be made",
                        waiting("CreateContainerError", "failed to prepare subPath"),
                        new Refused(
                                StatusReason.RUNTIME_ERROR, "The node could not make it: failed to prepare subPath")),
                arguments(
                        "the node is slow",
                        waiting("CreateContainerError", "context deadline exceeded"),
                        waitingFor("context deadline exceeded")),
                arguments(
                        "it has no such program",
                        waiting("RunContainerError", "exec: \"/x\": executable file not found in $PATH"),
                        new Refused(
                                StatusReason.ENTRYPOINT_NOT_FOUND,
                                "The image has no executable of that name; check the entrypoint. The node says: exec:"
                                        + " \"/x\": executable file not found in $PATH")),
                arguments("it runs", aPod("containerStatuses: [{name: sandbox, state: {running: {}}}]"), new Started()),
                arguments(
                        "it ran and ended",
                        aPod("containerStatuses: [{name: sandbox, state: {terminated: {exitCode: 1, reason: Error}}}]"),
                        new Started()),
                arguments(
                        "it was refused by its node",
                        aPod("phase: Failed\nreason: OutOfmemory\nmessage: too little"),
                        new Refused(StatusReason.RUNTIME_ERROR, "The cluster ended it (OutOfmemory): too little")),
                arguments(
                        "it is being deleted",
                        read("metadata: {name: p, deletionTimestamp: '2030-01-01T00:00:00Z'}\nspec: {}"),
                        new Deleted()),
                arguments(
                        "the image of the guard cannot be had",
                        waitingGuard("ImagePullBackOff", "not found"),
                        new Refused(
                                StatusReason.RUNTIME_ERROR,
                                "The image of the sidecar that guards the network cannot be had: not found. Its"
                                        + " operator should load it onto the nodes, or set egress.image")),
                arguments(
                        "the guard waits for its Secret",
                        waitingGuard("CreateContainerConfigError", "secret \"p\" not found"),
                        waitingFor("PodInitializing")),
                arguments(
                        "the guard ended before the sandbox began",
                        aGuardedPod("initContainerStatuses: [{name: egress, state: {terminated: {exitCode: 70, message:"
                                + " the packet filter (nftables) does not work here}}}]"),
                        new Refused(
                                StatusReason.RUNTIME_ERROR,
                                "The sidecar that guards the network did not come up. Last output: the packet filter"
                                        + " (nftables) does not work here")));
    }

    private static Waiting waitingFor(String why) {
        return new Waiting(why);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("states")
    void aLaunchOfWhich(String name, Pod pod, LaunchProgress expected) {
        assertThat(LaunchProgress.of(pod, "team/app:1")).as(name).isEqualTo(expected);
    }
}
