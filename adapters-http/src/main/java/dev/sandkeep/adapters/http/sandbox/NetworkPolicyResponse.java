package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.NetworkRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The field {@code networkPolicy} of a sandbox, targets in normal form. */
record NetworkPolicyResponse(String defaultAction, List<Rule> egress) {

    record Rule(String action, String target) {

        static Rule from(NetworkRule rule) {
            return new Rule(rule.action().word(), rule.target().text());
        }
    }

    static @Nullable NetworkPolicyResponse from(@Nullable NetworkPolicy policy) {
        return policy == null
                ? null
                : new NetworkPolicyResponse(
                        policy.defaultAction().word(),
                        policy.rules().stream().map(Rule::from).toList());
    }
}
