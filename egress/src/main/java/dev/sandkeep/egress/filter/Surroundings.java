package dev.sandkeep.egress.filter;

import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.network.PrivateRanges;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * What the rules have to know besides the policy.
 *
 * @param gateways the host as the sandbox sees it, or wherever else the server is: the only peers that may open connections
 *     to the sandbox, and never reachable from it
 * @param closed never reachable, whatever the policy: other addresses of the host, networks of other sandboxes
 * @param resolvers whom the DNS proxy asks
 */
public record Surroundings(
        List<Cidr> gateways, List<Cidr> closed, List<InetSocketAddress> resolvers, PrivateRanges privateRanges) {

    public Surroundings {
        gateways = List.copyOf(gateways);
        closed = List.copyOf(closed);
        resolvers = List.copyOf(resolvers);
    }

    /** Whether the policy has no say about {@code address}. */
    public boolean closes(InetAddress address) {
        return isIn(gateways, address) || isIn(closed, address);
    }

    private static boolean isIn(List<Cidr> blocks, InetAddress address) {
        for (Cidr block : blocks) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
