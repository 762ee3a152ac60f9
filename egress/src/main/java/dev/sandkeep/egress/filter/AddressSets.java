package dev.sandkeep.egress.filter;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.network.NetworkRule;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Named sets of addresses. A set of nftables holds one family only, so each name stands for two: {@code name4} and
 * {@code name6}.
 */
final class AddressSets {

    /** Two expressions that say the same of each family. The original direction is what the sandbox asked for. */
    private static final String IPV4 = "ct original ip daddr ";

    private static final String IPV6 = "ct original ip6 daddr ";

    private static final String INTERVALS = "flags interval; auto-merge;";

    private final StringBuilder text;

    AddressSets(StringBuilder text) {
        this.text = text;
    }

    /** A set of blocks, which may overlap. */
    void blocks(String name, Iterable<Cidr> blocks) {
        StringBuilder ipv4 = new StringBuilder();
        StringBuilder ipv6 = new StringBuilder();
        for (Cidr block : blocks) {
            element(isIpv4(block.base()) ? ipv4 : ipv6).append(block);
        }
        set(name, INTERVALS, ipv4, ipv6);
    }

    /** A set of what the rules decide with one action, whichever of them comes first. */
    void decided(String name, List<NetworkRule> rules, Action action) {
        set(name + "4", "ipv4_addr", INTERVALS, String.join(", ", FirstMatches.ipv4(rules, action)));
        set(name + "6", "ipv6_addr", INTERVALS, String.join(", ", FirstMatches.ipv6(rules, action)));
    }

    /** A set of single addresses that stay until the table is replaced. */
    void addresses(String name, Iterable<InetAddress> addresses) {
        StringBuilder ipv4 = new StringBuilder();
        StringBuilder ipv6 = new StringBuilder();
        for (InetAddress address : addresses) {
            element(isIpv4(address) ? ipv4 : ipv6).append(address.getHostAddress());
        }
        set(name, "", ipv4, ipv6);
    }

    /** A set of at most {@code size} addresses, each of which leaves on its own after a while. */
    void leases(String name, int size, List<LearnedAddress> addresses) {
        StringBuilder ipv4 = new StringBuilder();
        StringBuilder ipv6 = new StringBuilder();
        for (LearnedAddress learned : addresses) {
            learned.element(element(isIpv4(learned.address()) ? ipv4 : ipv6));
        }
        set(name, "flags timeout; size " + size + ";", ipv4, ipv6);
    }

    /** The two rules that do {@code action} with a connection to an address of the set. */
    static String rules(String condition, String name, String action) {
        return "    " + condition + IPV4 + "@" + name + "4 " + action + "\n" + "    " + condition + IPV6 + "@" + name
                + "6 " + action + "\n";
    }

    static boolean isIpv4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    private static StringBuilder element(StringBuilder elements) {
        return elements.isEmpty() ? elements : elements.append(", ");
    }

    private void set(String name, String properties, StringBuilder ipv4, StringBuilder ipv6) {
        set(name + "4", "ipv4_addr", properties, ipv4);
        set(name + "6", "ipv6_addr", properties, ipv6);
    }

    private void set(String name, String type, String properties, CharSequence elements) {
        text.append("  set ")
                .append(name)
                .append(" { type ")
                .append(type)
                .append("; ")
                .append(properties);
        if (!elements.isEmpty()) {
            text.append(" elements = { ").append(elements).append(" }");
        }
        text.append(" }\n");
    }
}
