package dev.sandkeep.domain.network;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problem;
import dev.sandkeep.domain.problem.Problems;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which outbound traffic a sandbox may send: the first rule that matches decides, else the default action. */
public record NetworkPolicy(Action defaultAction, List<NetworkRule> rules) {

    public static final int MAX_RULES = 4096;

    /** Told apart from other problems by callers who answer differently to what is too large. */
    public static final Problem TOO_MANY_RULES = new Problem("egress", "at most " + MAX_RULES + " rules are allowed");

    private static final NetworkPolicy ALLOW_ALL = new NetworkPolicy(Action.ALLOW, List.of());

    public NetworkPolicy {
        rules = List.copyOf(rules);
        if (rules.size() > MAX_RULES) {
            throw new InvalidValue(List.of(TOO_MANY_RULES));
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
     * @throws InvalidValue naming every wrong field: {@code defaultAction}, {@code egress[0].target}
     */
    public static NetworkPolicy parse(@Nullable String defaultAction, @Nullable List<Draft> egress) {
        if (egress != null && egress.size() > MAX_RULES) {
            throw new InvalidValue(List.of(TOO_MANY_RULES));
        }
        Problems problems = new Problems();
        Action fallback = egress == null ? Action.ALLOW : Action.DENY;
        Action otherwise = defaultAction == null ? fallback : action("defaultAction", defaultAction, problems);
        List<NetworkRule> rules =
                egress == null ? List.of() : problems.collectWithin("egress", () -> parseRules(egress));
        problems.throwIfAny();
        return new NetworkPolicy(otherwise, rules == null ? List.of() : rules);
    }

    /**
     * The rules as they were written.
     *
     * @throws InvalidValue naming every wrong field: {@code [0].target}
     */
    public static List<NetworkRule> parseRules(List<Draft> drafts) {
        Problems problems = new Problems();
        List<NetworkRule> rules = new ArrayList<>();
        for (int i = 0; i < drafts.size(); i++) {
            String field = "[" + i + "]";
            Draft draft = drafts.get(i);
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
        return rules;
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

    /**
     * This policy with the rules of {@code patch} before its own. Of several rules for one target the first stays, so a
     * patch overrides as well as adds.
     *
     * @throws InvalidValue if there would be too many rules
     */
    public NetworkPolicy patchedBy(List<NetworkRule> patch) {
        Map<Target, NetworkRule> byTarget = new LinkedHashMap<>();
        patch.forEach(rule -> byTarget.putIfAbsent(rule.target(), rule));
        rules.forEach(rule -> byTarget.putIfAbsent(rule.target(), rule));
        return new NetworkPolicy(defaultAction, List.copyOf(byTarget.values()));
    }

    /**
     * This policy without any rule for one of the targets.
     *
     * @param targets in any form that means the same target; what is none matches nothing
     * @return nothing if there is no such rule
     */
    public Optional<NetworkPolicy> without(List<String> targets) {
        Set<Target> unwanted = new HashSet<>();
        targets.forEach(text -> Target.find(text).ifPresent(unwanted::add));
        List<NetworkRule> kept = new ArrayList<>(rules);
        return kept.removeIf(rule -> unwanted.contains(rule.target()))
                ? Optional.of(new NetworkPolicy(defaultAction, kept))
                : Optional.empty();
    }

    /** What this policy does in one word: {@code allow_all}, {@code deny_all} or, with any rule, {@code enforcing}. */
    public String mode() {
        if (!rules.isEmpty()) {
            return "enforcing";
        }
        return defaultAction == Action.ALLOW ? "allow_all" : "deny_all";
    }

    /** Whether there is any traffic that this policy could deny. */
    public boolean restricts() {
        return defaultAction == Action.DENY || rules.stream().anyMatch(rule -> rule.action() == Action.DENY);
    }

    /** What is said of a name that the sandbox wants to look up. */
    public Verdict evaluate(DomainName name) {
        return first(rule -> rule.speaksOf(name));
    }

    /** What is said of an address that the sandbox wants to reach without having looked up a name. */
    public Verdict evaluate(InetAddress address) {
        return first(rule -> rule.speaksOf(address));
    }

    /**
     * Whether the sandbox may reach an address because a name led to it. The name must be allowed, and no rule before
     * the one that allows it may deny the address. Where a name leads is up to its owner, so an allowed name opens
     * neither a forbidden address nor, unless a rule names that, a private one.
     */
    public boolean admits(DomainName asked, InetAddress address, PrivateRanges privateRanges) {
        InetAddress plain = Cidr.unmapped(address);
        AddressScope scope = AddressScope.of(plain);
        boolean closed = scope == AddressScope.PRIVATE && privateRanges == PrivateRanges.NAMED;
        return !scope.isForbidden()
                && evaluate(asked).allows()
                && first(rule -> rule.speaksOf(asked) || rule.speaksOf(plain)).allows()
                && (!closed || namesPrivate(plain));
    }

    private boolean namesPrivate(InetAddress address) {
        Verdict verdict =
                first(rule -> rule.speaksOf(address) && (rule.action() == Action.DENY || rule.opensPrivate()));
        return verdict.decidedBy() != null && verdict.allows();
    }

    private Verdict first(Predicate<NetworkRule> matches) {
        for (NetworkRule rule : rules) {
            if (matches.test(rule)) {
                return new Verdict(rule.action(), rule);
            }
        }
        return new Verdict(defaultAction, null);
    }
}
