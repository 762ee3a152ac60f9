package dev.sandkeep.bootstrap.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sandkeep.bootstrap.process.PolicyModel.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Calls of the policy API, as clients may write them, with what they mean for a model. The same seed, the same calls. */
final class RandomPolicyChanges {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_RULES = 12;
    private static final int MOST_IN_A_PATCH = 4;

    /** Each target in normal form, and then as it may also be spelled. */
    private static final List<List<String>> TARGETS = List.of(
            List.of("pypi.org", "PyPI.org", "pypi.org."),
            List.of("good.example.com", "GOOD.example.com."),
            List.of("bad.example.com", "bad.EXAMPLE.com"),
            List.of("*.example.com", "*.Example.Com."),
            List.of("*.org"),
            List.of("example.com"),
            List.of("xn--bcher-kva.example", "bücher.example"),
            List.of("198.18.0.10", "198.18.0.10/32", "::ffff:198.18.0.10"),
            List.of("198.18.0.11", "::ffff:c612:b", "::ffff:198.18.0.11/128"),
            List.of("198.18.0.8/30", "198.18.0.11/30"),
            List.of("198.18.0.0/15", "198.18.0.10/15"),
            List.of("0.0.0.0/0", "198.18.0.10/0"),
            List.of("2001:2:0:0:0:0:0:0/48", "2001:2::/48", "2001:2::10/48"),
            List.of("2001:2:0:0:0:0:0:11", "2001:2::11"));

    private final SplittableRandom random;

    RandomPolicyChanges(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A call of the policy API. */
    record Change(String method, @Nullable String body) {}

    /** The next call, after which a model that was up to date is so again. */
    Change next(PolicyModel model) {
        return switch (random.nextInt(10)) {
            case 0, 1 -> replacement(model, random.nextBoolean() ? "PUT" : "POST");
            case 2, 3, 4, 5, 6 -> patch(model);
            default -> removal(model);
        };
    }

    private Change replacement(PolicyModel model, String method) {
        if (random.nextInt(10) == 0) {
            model.replace("allow", List.of());
            return new Change(method, random.nextBoolean() ? null : "{}");
        }
        List<Rule> rules = new ArrayList<>();
        List<Rule> written = rules(random.nextInt(MOST_RULES + 1), rules);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("egress", written);
        String action = action();
        if (random.nextInt(4) == 0) {
            action = "deny";
        } else {
            body.put("defaultAction", spelled(action));
        }
        model.replace(action, rules);
        return new Change(method, json(body));
    }

    private Change patch(PolicyModel model) {
        List<Rule> rules = new ArrayList<>();
        List<Rule> written = rules(random.nextInt(1, MOST_IN_A_PATCH + 1), rules);
        model.patch(rules);
        return new Change("PATCH", json(written));
    }

    private Change removal(PolicyModel model) {
        Set<String> targets = new HashSet<>();
        List<String> written = new ArrayList<>();
        for (int i = random.nextInt(1, MOST_IN_A_PATCH); i > 0; i--) {
            List<String> target = oneOf(TARGETS);
            targets.add(target.getFirst());
            written.add(oneOf(target));
        }
        model.remove(targets);
        return new Change("DELETE", json(written));
    }

    /** So many rules in normal form, and returns them as they may be written. */
    private List<Rule> rules(int count, List<Rule> normal) {
        List<Rule> written = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> target = oneOf(TARGETS);
            String action = action();
            normal.add(new Rule(action, target.getFirst()));
            written.add(new Rule(spelled(action), oneOf(target)));
        }
        return written;
    }

    private String action() {
        return random.nextBoolean() ? "allow" : "deny";
    }

    private String spelled(String action) {
        return random.nextInt(5) == 0 ? Character.toUpperCase(action.charAt(0)) + action.substring(1) : action;
    }

    private <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static String json(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Texts could not be written", impossible);
        }
    }
}
