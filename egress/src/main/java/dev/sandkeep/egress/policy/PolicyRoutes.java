package dev.sandkeep.egress.policy;

import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.NetworkRule;
import dev.sandkeep.domain.problem.InvalidValue;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls of {@code /policy}. */
final class PolicyRoutes {

    static final String METHODS = "GET, POST, PUT, PATCH, DELETE";

    private final PolicyInForce policy;

    PolicyRoutes(PolicyInForce policy) {
        this.policy = policy;
    }

    /** The body of the answer. */
    byte[] answer(Call call) throws RefusedCall, IOException {
        try {
            return switch (call.method()) {
                case "GET" -> read();
                case "POST", "PUT" -> replace(call);
                case "PATCH" -> patch(call);
                case "DELETE" -> remove(call);
                default -> throw RefusedCall.methodNotAllowed(METHODS);
            };
        } catch (StaleRevision stale) {
            throw RefusedCall.stale(stale);
        } catch (InvalidValue invalid) {
            throw invalid.problems().contains(NetworkPolicy.TOO_MANY_RULES)
                    ? RefusedCall.tooLarge(String.valueOf(invalid.getMessage()))
                    : RefusedCall.invalid(String.valueOf(invalid.getMessage()));
        }
    }

    private byte[] read() {
        NetworkPolicy read = policy.current().policy();
        return Json.write(json -> {
            json.writeStringField("status", "ok");
            json.writeStringField("mode", read.mode());
            json.writeStringField("enforcementMode", "dns+nft");
            json.writeFieldName("policy");
            PolicyJson.write(read, json);
        });
    }

    private byte[] replace(Call call) throws IOException, StaleRevision {
        NetworkPolicy written = PolicyJson.policy(call.json());
        change(call, _ -> Optional.of(written));
        return changed(!call.hasBody() ? "policy reset to allow_all" : null);
    }

    private byte[] patch(Call call) throws IOException, StaleRevision {
        List<NetworkRule> patch = PolicyJson.patch(call.json());
        change(call, now -> Optional.of(now.patchedBy(patch)));
        return changed(null);
    }

    private byte[] remove(Call call) throws IOException, StaleRevision {
        List<String> targets = PolicyJson.targets(call.json());
        boolean removed = change(call, now -> now.without(targets));
        return changed(removed ? null : "no matching targets found");
    }

    private boolean change(Call call, PolicyInForce.Change change) throws IOException, StaleRevision {
        Long revision = call.revision();
        return revision == null ? policy.change(change) : policy.change(change, revision);
    }

    private byte[] changed(@Nullable String reason) {
        return Json.write(json -> {
            json.writeStringField("status", "ok");
            json.writeStringField("mode", policy.current().policy().mode());
            json.writeStringField("enforcementMode", "dns+nft");
            if (reason != null) {
                json.writeStringField("reason", reason);
            }
        });
    }
}
