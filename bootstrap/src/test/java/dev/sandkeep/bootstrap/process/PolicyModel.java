package dev.sandkeep.bootstrap.process;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a network policy is after changes, and what it decides, as somebody would keep it who read the documentation only.
 * It shares nothing with the product, and knows no other private addresses, no IPv6 and no spelling but the normal form.
 */
final class PolicyModel {

    private static final int IPV4_BITS = 32;

    private String defaultAction = "allow";
    private List<Rule> rules = List.of();

    record Rule(String action, String target) {

        boolean speaksOfName(String name) {
            return target.equals(name) || (target.startsWith("*.") && name.endsWith(target.substring(1)));
        }

        boolean speaksOfAddress(String address) {
            int slash = target.indexOf('/');
            if (slash < 0 || target.contains(":")) {
                return target.equals(address);
            }
            int others = IPV4_BITS - Integer.parseInt(target.substring(slash + 1));
            return number(target.substring(0, slash)) >> others == number(address) >> others;
        }

        private static long number(String address) {
            long number = 0;
            for (byte octet : InetAddress.ofLiteral(address).getAddress()) {
                number = number << 8 | (octet & 0xFF);
            }
            return number;
        }
    }

    void replace(String newDefault, List<Rule> newRules) {
        defaultAction = newDefault;
        rules = List.copyOf(newRules);
    }

    /** The new ones come first, and of those for one target only the first is kept. */
    void patch(List<Rule> patch) {
        List<Rule> all = new ArrayList<>(patch);
        all.addAll(rules);
        List<Rule> kept = new ArrayList<>();
        for (Rule rule : all) {
            if (kept.stream().noneMatch(earlier -> earlier.target().equals(rule.target()))) {
                kept.add(rule);
            }
        }
        rules = kept;
    }

    void remove(Set<String> targets) {
        rules = rules.stream().filter(rule -> !targets.contains(rule.target())).toList();
    }

    /** As the API shows it. */
    Map<String, Object> shown() {
        return Map.of("defaultAction", defaultAction, "egress", rules);
    }

    /** What a sandbox is told that asks for a name which has this one address. */
    String answer(String name, String address) {
        if (!allows(rule -> rule.speaksOfName(name))) {
            return "NXDOMAIN EDE=15";
        }
        return admits(name, address) ? "NOERROR " + address : "NXDOMAIN EDE=17";
    }

    /** What becomes of a connection to an address that some names led to. */
    String connection(String address, List<String> names) {
        boolean open = allows(rule -> rule.speaksOfAddress(address))
                || names.stream().anyMatch(name -> allows(rule -> rule.speaksOfName(name)) && admits(name, address));
        return open ? "open" : "refused";
    }

    private boolean admits(String name, String address) {
        return allows(rule -> rule.speaksOfName(name) || rule.speaksOfAddress(address));
    }

    private boolean allows(Predicate<Rule> speaks) {
        return rules.stream()
                .filter(speaks)
                .map(Rule::action)
                .findFirst()
                .orElse(defaultAction)
                .equals("allow");
    }
}
