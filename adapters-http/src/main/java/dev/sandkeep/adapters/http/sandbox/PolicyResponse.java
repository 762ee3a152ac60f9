package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.domain.network.NetworkPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What the policy API answers.
 *
 * @param mode what the policy does in one word
 * @param policy the policy; only in the answer to a question
 * @param reason what there is to say about a change that is not plain
 */
record PolicyResponse(
        String status,
        String mode,
        String enforcementMode,
        @Nullable NetworkPolicyResponse policy,
        @Nullable String reason) {

    private static final String OK = "ok";
    /** Names are judged when they are looked up, and addresses when they are sent to. */
    private static final String DNS_AND_PACKETS = "dns+nft";

    static PolicyResponse showing(NetworkPolicy policy) {
        return new PolicyResponse(OK, policy.mode(), DNS_AND_PACKETS, NetworkPolicyResponse.from(policy), null);
    }

    static PolicyResponse changed(NetworkPolicy policy, @Nullable String reason) {
        return new PolicyResponse(OK, policy.mode(), DNS_AND_PACKETS, null, reason);
    }
}
