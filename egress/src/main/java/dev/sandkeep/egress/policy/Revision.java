package dev.sandkeep.egress.policy;

import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.egress.filter.Ruleset;

/**
 * A policy, and which one it is.
 *
 * @param number grows with every change; 0 stands for the time before the first policy. The packet filter marks
 *     connections with it
 */
public record Revision(NetworkPolicy policy, long number) {

    static final long MAX_NUMBER = Ruleset.MAX_GENERATION;

    public Revision {
        if (number < 0 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("Revision out of range");
        }
    }

    static Revision none() {
        return new Revision(NetworkPolicy.allowAll(), 0);
    }

    boolean isNone() {
        return number == 0;
    }
}
