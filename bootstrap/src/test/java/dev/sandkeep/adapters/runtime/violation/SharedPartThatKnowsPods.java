package dev.sandkeep.adapters.runtime.violation;

import io.fabric8.kubernetes.api.model.Pod;

/** Breaks the rules of what runtime adapters share: it knows one runtime. */
public class SharedPartThatKnowsPods {

    public String name(Pod pod) {
        return pod.getMetadata().getName();
    }
}
