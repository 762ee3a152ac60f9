package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.problem.Problems;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The field {@code networkPolicy}. */
final class NetworkPolicyRequest {

    private NetworkPolicyRequest() {}

    /** The policy as it was written; null if there is none, or a problem with it, which was noted. */
    static @Nullable NetworkPolicy read(JsonObject body, Problems problems) {
        JsonObject policy = body.object("networkPolicy");
        if (policy == null) {
            return null;
        }
        return problems.collectWithin("networkPolicy.", () -> read(policy));
    }

    /** The policy that the object is; null if there is a problem with it, which was noted. */
    static @Nullable NetworkPolicy readPolicy(JsonObject policy, Problems problems) {
        return problems.collect(() -> read(policy));
    }

    private static NetworkPolicy read(JsonObject policy) {
        String defaultAction = policy.text("defaultAction");
        List<JsonObject> egress = policy.objects("egress", NetworkPolicy.MAX_RULES);
        List<NetworkPolicy.Draft> drafts = egress == null
                ? null
                : egress.stream()
                        .map(rule -> new NetworkPolicy.Draft(rule.text("action"), rule.text("target")))
                        .toList();
        return NetworkPolicy.parse(defaultAction, drafts);
    }
}
