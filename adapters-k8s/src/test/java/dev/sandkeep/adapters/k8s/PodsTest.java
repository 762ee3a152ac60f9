package dev.sandkeep.adapters.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.sandbox.Observation;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is heard of Pods along two ways, of which either may be the faster. */
class PodsTest {

    private final Pods pods = new Pods();

    @BeforeEach
    void connect() {
        pods.connected();
    }

    private static Pod pod(String uid, String state) {
        return PodStates.read("metadata: {name: p, uid: " + uid + "}\nspec: {containers: [{name: sandbox}]}\n"
                + "status: {containerStatuses: [{name: sandbox, state: {" + state + "}}]}\n");
    }

    private static Pod waiting(String uid) {
        return pod(uid, "waiting: {reason: ContainerCreating}");
    }

    private Observation observed() {
        return PodObservations.of(pods.find("p").orElseThrow());
    }

    @Test
    void aPodThatBeganRunsBeforeItsStatusSaysSo() {
        pods.put(waiting("first"));

        pods.begun("p", "first");

        assertThat(observed()).isInstanceOf(Observation.Running.class);
    }

    @Test
    void aBeginIsRememberedUntilThePodIsSeen() {
        pods.begun("p", "first");

        pods.put(waiting("first"));

        assertThat(observed()).isInstanceOf(Observation.Running.class);
    }

    @Test
    void aStatusThatIsBehindDoesNotTakeItBack() {
        pods.put(waiting("first"));
        pods.begun("p", "first");

        pods.put(waiting("first"));
        assertThat(observed()).isInstanceOf(Observation.Running.class);

        pods.replace(Map.of("p", waiting("first")));
        assertThat(observed()).isInstanceOf(Observation.Running.class);
    }

    @Test
    void theEndIsBelievedTheStatus() {
        pods.begun("p", "first");

        pods.put(pod("first", "terminated: {exitCode: 3}"));

        assertThat(observed()).isInstanceOf(Observation.Exited.class);
    }

    @Test
    void anotherPodOfTheNameHasNotBegun() {
        pods.begun("p", "first");

        pods.put(waiting("second"));

        assertThat(observed()).isInstanceOf(Observation.Created.class);
    }
}
