package dev.sandkeep.adapters.k8s;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** Pods in states that clusters were seen to show, written as far as they matter, and as the adapter keeps them. */
final class PodStates {

    private PodStates() {}

    /** @param status the YAML of the status, on as many lines as it takes */
    static Pod aPod(String status) {
        return read("metadata: {name: p}\nspec: {containers: [{name: sandbox}]}\nstatus:\n" + status.indent(2));
    }

    /** With a sidecar that is a native one. */
    static Pod aGuardedPod(String status) {
        return read("metadata: {name: p}\nspec: {initContainers: [{name: egress}], containers: [{name: sandbox}]}\n"
                + "status:\n" + status.indent(2));
    }

    /** With a sidecar that is an ordinary container. */
    static Pod aPodWithTwoContainers(String status) {
        return read("metadata: {name: p}\nspec: {containers: [{name: egress}, {name: sandbox}]}\nstatus:\n"
                + status.indent(2));
    }

    static Pod read(String yaml) {
        return KeptPods.of(whole(yaml));
    }

    /** As the API server tells it. */
    static Pod whole(String yaml) {
        return new KubernetesSerialization().unmarshal("apiVersion: v1\nkind: Pod\n" + yaml, Pod.class);
    }
}
