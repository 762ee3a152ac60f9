package dev.sandkeep.domain.network;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problems;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which outbound traffic a sandbox may send: the first rule that matches decides, else the default action. */
public record NetworkPolicy(Action defaultAction, List<NetworkRule> rules) {

    public static final int MAX_RULES = 4096;

    private static final NetworkPolicy ALLOW_ALL = new NetworkPolicy(Action.ALLOW, List.of());

    public NetworkPolicy {
        rules = List.copyOf(rules);
        if (rules.size() > MAX_RULES) {
            throw new InvalidValue("networkPolicy.egress", "at most " + MAX_RULES + " rules are allowed");
        }
    }

    /** A rule as it was written, not checked yet. */
    public record Draft(@Nullable String action, @Nullable String target) {}

    public static NetworkPolicy allowAll() {
        return ALLOW_ALL;
    }

    /**
     * The policy as it was written. Without a default action it is to deny if there is a list of rules, even an empty
     * one, and else to allow.
     *
     * @param defaultAction {@code allow}, {@code deny} in any case, or null
     * @param egress the rules in order, or null
     * @throws InvalidValue naming every wrong field
     */
    public static NetworkPolicy parse(@Nullable String defaultAction, @Nullable List<Draft> egress) {
        if (egress != null && egress.size() > MAX_RULES) {
            throw new InvalidValue("networkPolicy.egress", "at most " + MAX_RULES + " rules are allowed");
        }
        Problems problems = new Problems();
        Action fallback = egress == null ? Action.ALLOW : Action.DENY;
        Action otherwise =
                defaultAction == null ? fallback : action("networkPolicy.defaultAction", defaultAction, problems);
        List<NetworkRule> rules = new ArrayList<>();
        for (int i = 0; egress != null && i < egress.size(); i++) {
            Draft draft = egress.get(i);
            String field = "networkPolicy.egress[" + i + "]";
            Action action = action(field + ".action", draft.action(), problems);
            Optional<Target> target = draft.target() == null ? Optional.empty() : Target.find(draft.target());
            if (target.isEmpty()) {
                problems.add(
                        field + ".target",
                        "must be a domain name, a wildcard like *.example.com, an IP address or a CIDR block");
            }
            target.ifPresent(valid -> rules.add(new NetworkRule(action, valid)));
        }
        problems.throwIfAny();
        return new NetworkPolicy(otherwise, rules);
    }

    private static Action action(String field, @Nullable String text, Problems problems) {
        return switch (text == null ? "" : text.strip().toLowerCase(Locale.ROOT)) {
            case "allow" -> Action.ALLOW;
            case "deny" -> Action.DENY;
            default -> {
                problems.add(field, "must be allow or deny");
                yield Action.DENY;
            }
        };
    }

    /** Whether there is any traffic that this policy could deny. */
    public boolean restricts() {
        return defaultAction == Action.DENY || rules.stream().anyMatch(rule -> rule.action() == Action.DENY);
    }

    /** What is said of a name that the sandbox wants to look up. */
    public Verdict evaluate(DomainName name) {
        return first(target -> switch (target) {
            case Target.Name exact -> exact.name().equals(name);
            case Target.Wildcard wildcard -> name.isBelow(wildcard.parent());
            case Target.Block _ -> false;
        });
    }

    /** What is said of an address that the sandbox wants to reach without having looked up a name. */
    public Verdict evaluate(InetAddress address) {
        return first(
                target -> target instanceof Target.Block block && block.cidr().contains(address));
    }

    private Verdict first(Predicate<Target> matches) {
        return rules.stream()
                .filter(rule -> matches.test(rule.target()))
                .findFirst()
                .map(rule -> new Verdict(rule.action(), rule))
                .orElseGet(() -> new Verdict(defaultAction, null));
    }
}
