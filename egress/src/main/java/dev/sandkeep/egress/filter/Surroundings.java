package dev.sandkeep.egress.filter;

import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.network.PrivateRanges;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * What the rules have to know besides the policy.
 *
 * @param gateways the host as the sandbox sees it: the only peer that may open connections to the sandbox
 * @param closed never reachable, whatever the policy: other addresses of the host, networks of other sandboxes
 * @param resolvers whom the DNS proxy asks
 * @param proxyUdpPorts from which its queries leave; nobody else can own them
 * @param proxyTcpSources the same for queries over TCP
 */
public record Surroundings(
        List<InetAddress> gateways,
        List<Cidr> closed,
        List<InetSocketAddress> resolvers,
        List<Integer> proxyUdpPorts,
        List<InetSocketAddress> proxyTcpSources,
        PrivateRanges privateRanges) {

    public Surroundings {
        gateways = List.copyOf(gateways);
        closed = List.copyOf(closed);
        resolvers = List.copyOf(resolvers);
        proxyUdpPorts = List.copyOf(proxyUdpPorts);
        proxyTcpSources = List.copyOf(proxyTcpSources);
    }

    /** The same where nobody may ask a resolver. */
    public Surroundings withoutProxy() {
        return new Surroundings(gateways, closed, List.of(), List.of(), List.of(), privateRanges);
    }

    /** Whether the policy has no say about {@code address}. */
    public boolean closes(InetAddress address) {
        if (gateways.contains(address)) {
            return true;
        }
        for (Cidr block : closed) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
