package dev.sandkeep.egress;

import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.egress.decision.DecisionLog;
import dev.sandkeep.egress.dns.DnsProxy;
import dev.sandkeep.egress.dns.Upstream;
import dev.sandkeep.egress.filter.Nft;
import dev.sandkeep.egress.filter.Surroundings;
import dev.sandkeep.egress.filter.WorkerPorts;
import dev.sandkeep.egress.policy.PolicyApi;
import dev.sandkeep.egress.policy.PolicyInForce;
import dev.sandkeep.egress.policy.Rehearsal;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** All parts of the worker, running. */
final class Worker implements AutoCloseable {

    private static final Duration RESOLVER_TIMEOUT = Duration.ofSeconds(5);

    private final Nft filter;
    private final Upstream upstream;
    private final DnsProxy proxy;
    private final PolicyApi api;

    private Worker(Nft filter, Upstream upstream, DnsProxy proxy, PolicyApi api) {
        this.filter = filter;
        this.upstream = upstream;
        this.proxy = proxy;
        this.api = api;
    }

    /**
     * Starts everything; the policy is in force before the API says that it is well.
     *
     * @param log where events go, one per line
     */
    static Worker start(Settings settings, PrintStream log) throws IOException {
        InstantSource clock = InstantSource.system();
        Nft filter = new Nft();
        Upstream upstream = Upstream.open(settings.resolvers(), RESOLVER_TIMEOUT, WorkerPorts.FIRST_SOURCE);
        PolicyInForce policy = new PolicyInForce(
                settings.stateDirectory(), filter, surroundings(settings), new DecisionLog(clock), clock);
        DnsProxy proxy = DnsProxy.start(WorkerPorts.DNS, policy, upstream);
        policy.start(settings.policy());
        PolicyApi api = PolicyApi.open(new InetSocketAddress(WorkerPorts.API), policy, settings.key(), log);
        Rehearsal.begin(api.port(), settings.key(), policy, log);
        return new Worker(filter, upstream, proxy, api);
    }

    private static Surroundings surroundings(Settings settings) throws IOException {
        List<Cidr> closed = new ArrayList<>(settings.hostAddresses());
        closed.addAll(ownNetworks());
        return new Surroundings(settings.gateways(), closed, settings.resolvers(), settings.privateRanges());
    }

    /** The networks that this sandbox is in: other sandboxes are in them, too. */
    private static List<Cidr> ownNetworks() throws IOException {
        List<Cidr> networks = new ArrayList<>();
        for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
            if (!device.isLoopback()) {
                for (InterfaceAddress address : device.getInterfaceAddresses()) {
                    networks.add(new Cidr(address.getAddress(), address.getNetworkPrefixLength()));
                }
            }
        }
        return networks;
    }

    @Override
    public void close() throws IOException {
        api.close();
        try (upstream) {
            proxy.close();
        } finally {
            filter.close();
        }
    }
}
