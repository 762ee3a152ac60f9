package dev.sandkeep.adapters.http.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.adapters.http.proxy.ProxiedPath;
import dev.sandkeep.application.lifecycle.FindSandbox;
import dev.sandkeep.application.network.ChangeNetworkPolicy;
import dev.sandkeep.application.network.FindNetworkDecisions;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.NetworkRule;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The network policy of a sandbox, read and changed while it runs, and what it decided. Clients find the policy API as if
 * it were served by the sandbox at port 18080.
 */
public final class NetworkRoutes implements Routes {

    /** The port under which clients ask for the policy API. */
    private static final int EGRESS_PORT = ProxiedPath.RESERVED_PORT;

    private static final List<String> PREFIXES = List.of("/v1", "");
    private static final int MAX_DECISIONS = 1000;
    private static final int USUAL_DECISIONS = 100;

    private final FindSandbox findSandbox;
    private final ChangeNetworkPolicy changePolicy;
    private final FindNetworkDecisions findDecisions;

    public NetworkRoutes(
            FindSandbox findSandbox, ChangeNetworkPolicy changePolicy, FindNetworkDecisions findDecisions) {
        this.findSandbox = findSandbox;
        this.changePolicy = changePolicy;
        this.findDecisions = findDecisions;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String prefix : PREFIXES) {
            String sandbox = prefix + "/sandboxes/{sandboxId}";
            String policy = sandbox + "/proxy/" + EGRESS_PORT + "/policy";
            Routes.get(routes, sandbox + "/network/decisions", this::decisions);
            Routes.get(routes, sandbox + "/proxy/" + EGRESS_PORT + "/healthz", this::health);
            Routes.get(routes, policy, this::show);
            routes.post(policy, this::replace);
            routes.put(policy, this::replace);
            routes.patch(policy, this::patch);
            routes.delete(policy, this::removeRules);
        }
    }

    private void health(Context context) {
        known(context);
        context.contentType("text/plain").result("ok");
    }

    private void show(Context context) {
        answer(
                context,
                PolicyResponse.showing(
                        findSandbox.find(SandboxPath.id(context), false).networkPolicy()));
    }

    /** No body, like no policy in a create request, allows everything. */
    private void replace(Context context) {
        byte[] body = context.bodyAsBytes();
        NetworkPolicy policy = body.length == 0 ? NetworkPolicy.allowAll() : policyOf(Json.parse(body));
        changePolicy.change(known(context), _ -> policy);
        answer(context, PolicyResponse.changed(policy, body.length == 0 ? "policy reset to allow_all" : null));
    }

    /** A deleted sandbox is not found, rather than in a state that allows no change. */
    private SandboxId known(Context context) {
        return findSandbox.find(SandboxPath.id(context), false).id();
    }

    private static NetworkPolicy policyOf(JsonNode body) {
        if (body.isNull()) {
            return NetworkPolicy.allowAll();
        }
        Problems problems = new Problems();
        NetworkPolicy policy = NetworkPolicyRequest.readPolicy(JsonObject.root(body, problems), problems);
        problems.throwIfAny();
        return policy == null ? NetworkPolicy.allowAll() : policy;
    }

    private void patch(Context context) {
        Problems problems = new Problems();
        List<JsonObject> items = list(context, problems).objects("", NetworkPolicy.MAX_RULES);
        problems.throwIfAny();
        List<NetworkRule> rules = NetworkPolicy.parseRules(Objects.requireNonNull(items).stream()
                .map(rule -> new NetworkPolicy.Draft(rule.text("action"), rule.text("target")))
                .toList());
        problems.throwIfAny();
        NetworkPolicy changed = changePolicy.change(known(context), policy -> policy.patchedBy(rules));
        answer(context, PolicyResponse.changed(changed, null));
    }

    private void removeRules(Context context) {
        Problems problems = new Problems();
        List<String> targets = list(context, problems).texts("", NetworkPolicy.MAX_RULES);
        problems.throwIfAny();
        List<String> unwanted = Objects.requireNonNull(targets);
        AtomicReference<Optional<NetworkPolicy>> outcome = new AtomicReference<>(Optional.empty());
        NetworkPolicy changed = changePolicy.change(known(context), policy -> {
            outcome.set(policy.without(unwanted));
            return outcome.get().orElse(policy);
        });
        answer(
                context,
                PolicyResponse.changed(changed, outcome.get().isPresent() ? null : "no matching targets found"));
    }

    /** The array that is the body, as a field without a name. */
    private static JsonObject list(Context context, Problems problems) {
        JsonNode body = Json.parse(context.bodyAsBytes());
        if (!body.isArray() || body.isEmpty() || body.size() > NetworkPolicy.MAX_RULES) {
            throw new InvalidValue(
                    "body",
                    "must be a JSON array of at least one and at most " + NetworkPolicy.MAX_RULES + " elements");
        }
        return JsonObject.root(JsonNodeFactory.instance.objectNode().set("", body), problems);
    }

    private void decisions(Context context) {
        SandboxId id = known(context);
        Problems problems = new Problems();
        Action verdict = verdict(context.queryParam("verdict"), problems);
        int limit = limit(context.queryParam("limit"), problems);
        problems.throwIfAny();
        answer(context, NetworkDecisionsResponse.from(findDecisions.find(id, verdict, limit)));
    }

    private static @Nullable Action verdict(@Nullable String text, Problems problems) {
        return switch (text == null ? "" : text.toLowerCase(Locale.ROOT)) {
            case "" -> null;
            case "allow" -> Action.ALLOW;
            case "deny" -> Action.DENY;
            default -> {
                problems.add("verdict", "must be allow or deny");
                yield null;
            }
        };
    }

    private static int limit(@Nullable String text, Problems problems) {
        if (text == null) {
            return USUAL_DECISIONS;
        }
        if (!text.matches("[1-9]\\d{0,3}") || Integer.parseInt(text) > MAX_DECISIONS) {
            problems.add("limit", "must be a whole number from 1 to " + MAX_DECISIONS);
            return USUAL_DECISIONS;
        }
        return Integer.parseInt(text);
    }

    private static void answer(Context context, Object body) {
        context.contentType("application/json").result(Json.write(body));
    }
}
