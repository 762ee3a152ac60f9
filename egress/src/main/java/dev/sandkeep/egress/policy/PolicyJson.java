package dev.sandkeep.egress.policy;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.NetworkPolicy.Draft;
import dev.sandkeep.domain.network.NetworkRule;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problems;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Policies, patches and lists of targets as JSON. Members that nobody knows are left alone. */
final class PolicyJson {

    private PolicyJson() {}

    /** @throws InvalidValue naming every wrong field */
    static NetworkPolicy policy(@Nullable Object json) {
        if (json == null) {
            return NetworkPolicy.allowAll();
        }
        if (!(json instanceof Map<?, ?> members)) {
            throw new InvalidValue("body", "must be an object with defaultAction and egress");
        }
        Problems problems = new Problems();
        String defaultAction = text(members.get("defaultAction"), "defaultAction", problems);
        List<Draft> egress = null;
        if (members.get("egress") instanceof List<?> rules) {
            egress = drafts("egress", rules, problems);
        } else if (members.get("egress") != null) {
            problems.add("egress", "must be an array of rules");
        }
        problems.throwIfAny();
        return NetworkPolicy.parse(defaultAction, egress);
    }

    /** @throws InvalidValue naming every wrong field */
    static List<NetworkRule> patch(@Nullable Object json) {
        if (!(json instanceof List<?> rules) || rules.isEmpty()) {
            throw new InvalidValue("body", "must be an array with at least one rule");
        }
        Problems problems = new Problems();
        List<Draft> drafts = drafts("", rules, problems);
        problems.throwIfAny();
        return NetworkPolicy.parseRules(drafts);
    }

    /** @throws InvalidValue naming every wrong field */
    static List<String> targets(@Nullable Object json) {
        if (!(json instanceof List<?> elements) || elements.isEmpty()) {
            throw new InvalidValue("body", "must be an array with at least one target");
        }
        Problems problems = new Problems();
        List<String> targets = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            if (elements.get(i) instanceof String target && !target.isEmpty()) {
                targets.add(target);
            } else {
                problems.add("[" + i + "]", "must be a target");
            }
        }
        problems.throwIfAny();
        return targets;
    }

    private static List<Draft> drafts(String parent, List<?> rules, Problems problems) {
        if (rules.size() > NetworkPolicy.MAX_RULES) {
            throw new InvalidValue(List.of(NetworkPolicy.TOO_MANY_RULES));
        }
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            String field = parent + "[" + i + "]";
            if (rules.get(i) instanceof Map<?, ?> rule) {
                drafts.add(new Draft(
                        text(rule.get("action"), field + ".action", problems),
                        text(rule.get("target"), field + ".target", problems)));
            } else {
                problems.add(field, "must be an object with action and target");
            }
        }
        return drafts;
    }

    private static @Nullable String text(@Nullable Object value, String field, Problems problems) {
        if (value != null && !(value instanceof String)) {
            problems.add(field, "must be a string");
        }
        return value instanceof String text ? text : null;
    }

    /** Reads what {@link #write} wrote. */
    static Revision revision(@Nullable Object json) {
        if (json instanceof Map<?, ?> members
                && members.get("revision") instanceof BigDecimal number
                && members.get("policy") instanceof Map<?, ?> policy) {
            return new Revision(policy(policy), number.longValueExact());
        }
        throw new InvalidValue("body", "must be an object with revision and policy");
    }

    static byte[] write(Revision revision) {
        return Json.write(json -> {
            json.writeNumberField("revision", revision.number());
            json.writeFieldName("policy");
            write(revision.policy(), json);
        });
    }

    static void write(NetworkPolicy policy, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("defaultAction", policy.defaultAction().word());
        json.writeArrayFieldStart("egress");
        for (NetworkRule rule : policy.rules()) {
            json.writeStartObject();
            json.writeStringField("action", rule.action().word());
            json.writeStringField("target", rule.target().text());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
