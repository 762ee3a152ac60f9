package dev.sandkeep.egress.filter;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.AddressScope;
import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.NetworkRule;
import dev.sandkeep.domain.network.PrivateRanges;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The complete table of nftables for one policy. Loading it replaces the table before it in one transaction, so that no
 * packet ever sees half a policy.
 *
 * <p>Every policy has a generation, a number that permitted connections carry as their mark. A packet of an older
 * generation is judged again by the rules of today: what they still allow goes on, what they do not is cut.
 *
 * @param generation at least 1, since 0 is the mark of a connection that nobody judged
 * @param learned addresses that may be connected to
 * @param remembered addresses that names led to which are still allowed, even if the time to connect is over; they keep
 *     connections alive that are open already
 */
public record Ruleset(
        NetworkPolicy policy,
        long generation,
        List<LearnedAddress> learned,
        List<InetAddress> remembered,
        Surroundings surroundings) {

    public static final String TABLE = "inet sandkeep";

    static final int MAX_LEARNED = 8192;
    private static final int MAX_DENIED = 4096;

    /** A connection mark has 32 bits. */
    public static final long MAX_GENERATION = 0xFFFF_FFFFL;

    private static final String LATEST = "priority filter; policy drop;\n";
    private static final String PERMIT = "goto permit";

    public Ruleset {
        if (generation < 1 || generation > MAX_GENERATION) {
            throw new IllegalArgumentException("Generation out of range");
        }
        learned = List.copyOf(learned);
        remembered = List.copyOf(remembered);
    }

    /** The script for {@code nft -f}. */
    public String text() {
        StringBuilder text = new StringBuilder(4096);
        text.append("add table ").append(TABLE).append("\ndelete table ").append(TABLE);
        text.append("\ntable ").append(TABLE).append(" {\n");
        sets(text);
        redirect(text);
        disguise(text);
        text.append("  chain permit { ct mark set ").append(generation).append(" accept; }\n");
        judge(text);
        outgoing(text);
        incoming(text);
        return text.append("}\n").toString();
    }

    private void sets(StringBuilder text) {
        AddressSets sets = new AddressSets(text);
        List<Cidr> forbidden = new ArrayList<>(surroundings.closed());
        for (AddressScope scope : AddressScope.values()) {
            if (scope.isForbidden()) {
                forbidden.addAll(scope.blocks());
            }
        }
        sets.blocks("forbidden", forbidden);
        sets.blocks("private", AddressScope.PRIVATE.blocks());
        sets.blocks("gateway", surroundings.gateways());
        sets.leases("learned", MAX_LEARNED, learned);
        sets.addresses("remembered", remembered);
        // Addresses that the rules decide about otherwise than the default action.
        sets.decided("listed", policy.rules(), contrary());
        sets.decided("named", rulesOfPrivate(), Action.ALLOW);
        String denied = " . inet_proto . inet_service; flags dynamic,timeout; timeout " + DeniedPackets.KEPT.toSeconds()
                + "s; size " + MAX_DENIED + "; counter; }\n";
        text.append("  set denied4 { type ipv4_addr").append(denied);
        text.append("  set denied6 { type ipv6_addr").append(denied);
    }

    /** Leads all DNS to the proxy, before Docker's own redirection at -100. */
    private void redirect(StringBuilder text) {
        text.append("  chain dns {\n    type nat hook output priority -105; policy accept;\n");
        fromProxy(text, "accept");
        text.append("    meta l4proto { tcp, udp } th dport 53 redirect to :")
                .append(WorkerPorts.DNS)
                .append("\n  }\n");
    }

    /** The proxy's own queries, known by ports that are nobody else's: neither a mark nor a user is as hard to forge. */
    private void fromProxy(StringBuilder text, String action) {
        int last = WorkerPorts.FIRST_SOURCE + WorkerPorts.SOURCES - 1;
        for (InetSocketAddress resolver : surroundings.resolvers()) {
            text.append("    meta l4proto { tcp, udp } ct original ")
                    .append(AddressSets.isIpv4(resolver.getAddress()) ? "ip" : "ip6")
                    .append(" daddr ")
                    .append(resolver.getAddress().getHostAddress())
                    .append(" ct original proto-dst ")
                    .append(resolver.getPort())
                    .append(" ct original proto-src ")
                    .append(WorkerPorts.FIRST_SOURCE + "-" + last)
                    .append(' ')
                    .append(action)
                    .append('\n');
        }
    }

    /**
     * Lets the proxy's queries leave from random ports: a forger of answers has to guess them, and all sandboxes of a host
     * ask from the same few, of which the host's own translation of addresses would run out.
     */
    private void disguise(StringBuilder text) {
        text.append("  chain queries {\n    type nat hook postrouting priority srcnat - 5; policy accept;\n");
        fromProxy(text, "masquerade to :1024-65535 fully-random");
        text.append("  }\n");
    }

    private Action contrary() {
        return policy.defaultAction() == Action.ALLOW ? Action.DENY : Action.ALLOW;
    }

    /** The rules that have a say about private addresses, in order. */
    private List<NetworkRule> rulesOfPrivate() {
        List<NetworkRule> rules = new ArrayList<>();
        for (NetworkRule rule : policy.rules()) {
            if (rule.action() == Action.DENY || rule.opensPrivate()) {
                rules.add(rule);
            }
        }
        return rules;
    }

    /** Permits what the policy allows; what it denies comes back to the caller. Speaks of the original direction. */
    private void judge(StringBuilder text) {
        text.append("  chain judge {\n");
        // Never marked: a port is worth something only while the proxy holds it, and the generation outlives a restart.
        fromProxy(text, "accept");
        text.append("    meta l4proto tcp ct original proto-dst { 53, 853 } return\n");
        text.append("    meta l4proto udp ct original proto-dst { 53, 853 } return\n");
        text.append(AddressSets.rules("", "gateway", "return"));
        text.append(AddressSets.rules("", "forbidden", "return"));
        text.append(AddressSets.rules("", "learned", PERMIT));
        text.append(AddressSets.rules("ct state established,related ", "remembered", PERMIT));
        if (surroundings.privateRanges() == PrivateRanges.NAMED) {
            text.append(AddressSets.rules("", "named", PERMIT));
            text.append(AddressSets.rules("", "private", "return"));
        }
        if (policy.defaultAction() == Action.ALLOW) {
            text.append(AddressSets.rules("", "listed", "return")).append("    goto permit\n");
        } else {
            text.append(AddressSets.rules("", "listed", PERMIT));
        }
        text.append("  }\n");
    }

    private void outgoing(StringBuilder text) {
        text.append("  chain outgoing {\n    type filter hook output ").append(LATEST);
        // A redirected packet still carries the interface it would have left by.
        text.append("    meta l4proto { tcp, udp } ip daddr 127.0.0.1 th dport ")
                .append(WorkerPorts.DNS)
                .append(" accept\n");
        text.append("    meta l4proto { tcp, udp } ip6 daddr ::1 th dport ")
                .append(WorkerPorts.DNS)
                .append(" accept\n");
        // The engine's resolver lives on the sandbox's own loopback device.
        text.append("    oifname lo ip daddr != 127.0.0.11 accept\n");
        text.append("    oifname lo meta nfproto ipv6 accept\n");
        text.append("    icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert,");
        text.append(" mld-listener-report, mld2-listener-report } accept\n");
        text.append("    ct state established,related ct direction reply ct original ip saddr @gateway4 accept\n");
        text.append("    ct state established,related ct direction reply ct original ip6 saddr @gateway6 accept\n");
        // Of a packet that belongs to no connection nobody can say where it leads; an answer could break a good one.
        text.append("    ct state invalid,untracked drop\n");
        text.append("    ct state established,related ct mark ")
                .append(generation)
                .append(" accept\n");
        text.append("    jump judge\n");
        text.append("    meta l4proto { tcp, udp } update @denied4 { ip daddr . meta l4proto . th dport }\n");
        text.append("    meta l4proto { tcp, udp } update @denied6 { ip6 daddr . meta l4proto . th dport }\n");
        text.append("    meta l4proto != { tcp, udp } update @denied4 { ip daddr . meta l4proto . 0 }\n");
        text.append("    meta l4proto != { tcp, udp } update @denied6 { ip6 daddr . meta l4proto . 0 }\n");
        text.append("    meta l4proto tcp reject with tcp reset\n");
        text.append("    reject with icmpx admin-prohibited\n  }\n");
    }

    private void incoming(StringBuilder text) {
        text.append("  chain incoming {\n    type filter hook input ").append(LATEST);
        text.append("    iifname lo accept\n");
        text.append("    ip6 hoplimit 255 icmpv6 type");
        text.append(" { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept\n");
        text.append("    ip saddr @gateway4 ct direction original accept\n");
        text.append("    ip6 saddr @gateway6 ct direction original accept\n");
        text.append("    ct state established,related ct mark ")
                .append(generation)
                .append(" accept\n");
        text.append("    ct state established,related ct direction reply jump judge\n  }\n");
    }
}
