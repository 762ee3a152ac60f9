package dev.sandkeep.adapters.k8s;

import static dev.sandkeep.adapters.k8s.PodStates.aGuardedPod;
import static dev.sandkeep.adapters.k8s.PodStates.aPod;
import static dev.sandkeep.adapters.k8s.PodStates.aPodWithTwoContainers;
import static dev.sandkeep.adapters.k8s.PodStates.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Exit.Cause;
import dev.sandkeep.domain.sandbox.Observation;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PodObservationsTest {

    private static final String RUNNING = "{name: sandbox, state: {running: {}}}";

    private static Observation exited(int code, Cause cause, String lastLine) {
        return new Observation.Exited(new Exit(code, cause, lastLine));
    }

    private static Pod ended(String terminated) {
        return aPod("phase: Failed\ncontainerStatuses: [{name: sandbox, state: {terminated: " + terminated + "}}]");
    }

    static Stream<Arguments> states() {
        return Stream.of(
                arguments("just made", read("metadata: {name: p}\nspec: {}"), new Observation.Created()),
                arguments("not scheduled", aPod("phase: Pending"), new Observation.Created()),
                arguments(
                        "waits for its image",
                        aPod("containerStatuses: [{name: sandbox, state: {waiting: {reason: ContainerCreating}}}]"),
                        new Observation.Created()),
                arguments(
                        "runs",
                        aPod("phase: Running\ncontainerStatuses: [" + RUNNING + "]"),
                        new Observation.Running()),
                arguments(
                        "ended well", ended("{exitCode: 0, reason: Completed}"), exited(0, Cause.PROCESS_ENDED, null)),
                arguments(
                        "ended badly",
                        ended("{exitCode: 3, reason: Error, message: \"one\\nout of luck\\n\"}"),
                        exited(3, Cause.PROCESS_ENDED, "out of luck")),
                arguments(
                        "used up its memory",
                        ended("{exitCode: 137, reason: OOMKilled}"),
                        exited(137, Cause.OUT_OF_MEMORY, null)),
                arguments(
                        "a child used up the memory, and it ended well",
                        ended("{exitCode: 0, reason: OOMKilled}"),
                        exited(0, Cause.PROCESS_ENDED, null)),
                arguments(
                        "has no such program, says its init",
                        ended("{exitCode: 127, reason: Error, message:"
                                + " \"[FATAL tini (7)] exec /no/such failed: No such file or directory\"}"),
                        exited(
                                127,
                                Cause.ENTRYPOINT_NOT_FOUND,
                                "[FATAL tini (7)] exec /no/such failed: No such file or directory")),
                arguments(
                        "ended with 127 by itself",
                        ended("{exitCode: 127, reason: Error, message: \"sh: nope: not found\"}"),
                        exited(127, Cause.PROCESS_ENDED, "sh: nope: not found")),
                arguments(
                        "has no such program, says its node",
                        ended("{exitCode: 128, reason: StartError, message: 'runc create failed: exec: \"/no/such\":"
                                + " stat /no/such: no such file or directory: unknown'}"),
                        exited(
                                128,
                                Cause.ENTRYPOINT_NOT_FOUND,
                                "runc create failed: exec: \"/no/such\": stat /no/such: no such file or directory:"
                                        + " unknown")),
                arguments(
                        "could not be started for another reason",
                        ended("{exitCode: 128, reason: StartError, message: 'runc create failed: no space left'}"),
                        exited(128, Cause.PROCESS_ENDED, "runc create failed: no space left")),
                arguments(
                        "has a code that no process can have",
                        ended("{exitCode: -1073741510, reason: Error}"),
                        exited(255, Cause.PROCESS_ENDED, null)),
                arguments(
                        "was evicted",
                        aPod("phase: Failed\nreason: Evicted\nmessage: \"The node was low on resource: memory. \""),
                        new Observation.Evicted(
                                "The cluster ended it (Evicted): The node was low on resource: memory.")),
                arguments(
                        "was evicted while its process was still seen",
                        aPod("phase: Failed\nreason: Evicted\ncontainerStatuses: [{name: sandbox, state: {terminated:"
                                + " {exitCode: 137, reason: Error}}}]"),
                        new Observation.Evicted("The cluster ended it (Evicted)")),
                arguments(
                        "was preempted",
                        read("metadata: {name: p, deletionTimestamp: '2030-01-01T00:00:00Z'}\nspec: {}\nstatus:\n"
                                + "  conditions: [{type: DisruptionTarget, status: 'True', reason:"
                                + " PreemptionByScheduler, message: 'default-scheduler: preempting'}]"),
                        new Observation.Evicted(
                                "The cluster ended it (PreemptionByScheduler): default-scheduler: preempting")),
                arguments(
                        "lost its node",
                        read("metadata: {name: p, deletionTimestamp: '2030-01-01T00:00:00Z'}\nspec: {}\nstatus:\n"
                                + "  conditions: [{type: DisruptionTarget, status: 'True', reason:"
                                + " DeletionByTaintManager, message: 'Taint manager: deleting due to NoExecute"
                                + " taint'}]\n  containerStatuses: [" + RUNNING + "]"),
                        new Observation.Evicted("The cluster ended it (DeletionByTaintManager): Taint manager:"
                                + " deleting due to NoExecute taint")),
                arguments(
                        "its node went down in good order",
                        aPod("phase: Failed\nreason: Terminated\nmessage: Pod was terminated in response to imminent"
                                + " node shutdown."),
                        new Observation.Evicted("The cluster ended it (Terminated): Pod was terminated in response to"
                                + " imminent node shutdown.")),
                arguments(
                        "was refused by its node",
                        aPod("phase: Failed\nreason: OutOfcpu\nmessage: 'Node didn''t have enough resource: cpu'"),
                        new Observation.Evicted(
                                "The cluster ended it (OutOfcpu): Node didn't have enough resource: cpu")),
                arguments(
                        "lived longer than the back-stop allows",
                        aPod("phase: Failed\nreason: DeadlineExceeded\nmessage: Pod was active on the node longer than"
                                + " the specified deadline"),
                        new Observation.Evicted("The cluster ended it (DeadlineExceeded): Pod was active on the node"
                                + " longer than the specified deadline")),
                arguments(
                        "was not there any more when its node came back",
                        ended("{exitCode: 137, reason: ContainerStatusUnknown, message: The container could not be"
                                + " located when the pod was terminated}"),
                        new Observation.Evicted("The cluster ended it (ContainerStatusUnknown): The container could"
                                + " not be located when the pod was terminated")),
                arguments(
                        "is being deleted, and still runs",
                        read("metadata: {name: p, deletionTimestamp: '2030-01-01T00:00:00Z'}\nspec: {}\nstatus:\n"
                                + "  containerStatuses: [" + RUNNING + "]"),
                        new Observation.Remnant()),
                arguments(
                        "its node is silent, which tells nothing",
                        aPod("phase: Running\nconditions: [{type: Ready, status: 'False', reason: NodeStatusUnknown}]\n"
                                + "containerStatuses: [" + RUNNING + "]"),
                        new Observation.Running()),
                arguments(
                        "runs under its guard",
                        aGuardedPod("initContainerStatuses: [{name: egress, state: {running: {}}}]\n"
                                + "containerStatuses: [" + RUNNING + "]"),
                        new Observation.Running()),
                arguments(
                        "its guard is being started again, under the same rules",
                        aGuardedPod("initContainerStatuses: [{name: egress, state: {terminated: {exitCode: 70}}}]\n"
                                + "containerStatuses: [" + RUNNING + "]"),
                        new Observation.Running()),
                arguments(
                        "its guard does not come back",
                        aGuardedPod("initContainerStatuses: [{name: egress, state: {waiting: {reason:"
                                + " CrashLoopBackOff}}, lastState: {terminated: {exitCode: 70, message: \"the worker"
                                + " ended 5 times in a row\"}}}]\ncontainerStatuses: [" + RUNNING + "]"),
                        new Observation.Unguarded("The sidecar that guarded its network ended; the sandbox was stopped."
                                + " Last output: the worker ended 5 times in a row")),
                arguments(
                        "its guard ended and nobody starts it again",
                        aPodWithTwoContainers("containerStatuses: [{name: egress, state: {terminated: {exitCode:"
                                + " 137}}}, " + RUNNING + "]"),
                        new Observation.Unguarded(
                                "The sidecar that guarded its network ended; the sandbox was stopped.")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("states")
    void aPodThat(String name, Pod pod, Observation expected) {
        assertThat(PodObservations.of(pod)).as(name).isEqualTo(expected);
    }

    @Test
    void whatAProcessWroteLastIsMadeFitForAMessage() {
        Pod pod = ended("{exitCode: 1, reason: Error, message: \"\\e[31mred\\e[0m\\u0007alert\"}");

        assertThat(PodObservations.of(pod)).isEqualTo(exited(1, Cause.PROCESS_ENDED, "red alert"));
    }
}
