package dev.sandkeep.domain.network;

import org.jspecify.annotations.Nullable;

/**
 * What the policy says, and why.
 *
 * @param decidedBy the first rule that matched, or null if none did and the default action decided
 */
public record Verdict(Action action, @Nullable NetworkRule decidedBy) {

    public boolean allows() {
        return action == Action.ALLOW;
    }

    /** What decided, for people: the rule as it can be found in the policy, or the default action. */
    public String describe() {
        return decidedBy == null ? "default action " + action.word() : "rule " + decidedBy;
    }
}
