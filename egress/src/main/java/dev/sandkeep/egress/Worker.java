package dev.sandkeep.egress;

import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.egress.decision.DecisionLog;
import dev.sandkeep.egress.dns.DnsProxy;
import dev.sandkeep.egress.dns.Upstream;
import dev.sandkeep.egress.filter.Nft;
import dev.sandkeep.egress.filter.Ruleset;
import dev.sandkeep.egress.filter.Surroundings;
import dev.sandkeep.egress.policy.PolicyApi;
import dev.sandkeep.egress.policy.PolicyInForce;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** All parts of the worker, running. */
final class Worker implements AutoCloseable {

    static final int API_PORT = 18080;

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
     * @param lost run when a port of the proxy got lost, after the network was closed: only a new worker can open it
     */
    static Worker start(Settings settings, PrintStream log, Runnable lost) throws IOException {
        InstantSource clock = InstantSource.system();
        Nft filter = new Nft();
        CompletableFuture<PolicyInForce> policy = new CompletableFuture<>();
        Upstream upstream = Upstream.open(settings.resolvers(), RESOLVER_TIMEOUT, () -> {
            policy.thenAccept(inForce -> close(inForce, log)).join();
            lost.run();
        });
        PolicyInForce inForce = new PolicyInForce(
                settings.stateDirectory(), filter, surroundings(settings, upstream), new DecisionLog(clock), clock);
        DnsProxy proxy = DnsProxy.start(Ruleset.DNS_PORT, inForce, upstream);
        inForce.start(settings.policy());
        policy.complete(inForce);
        PolicyApi api = PolicyApi.open(new InetSocketAddress(API_PORT), inForce, settings.key(), log);
        return new Worker(filter, upstream, proxy, api);
    }

    private static void close(PolicyInForce policy, PrintStream log) {
        try {
            log.println("lost a port of the DNS proxy, closing the network");
            policy.denyAll();
        } catch (IOException failed) {
            log.println("could not close the network: " + failed.getMessage());
        }
    }

    private static Surroundings surroundings(Settings settings, Upstream upstream) throws IOException {
        List<Cidr> closed = new ArrayList<>(settings.hostAddresses());
        closed.addAll(ownNetworks());
        return new Surroundings(
                settings.gateways(),
                closed,
                settings.resolvers(),
                upstream.heldUdpPorts(),
                upstream.heldTcpSources(),
                settings.privateRanges());
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
