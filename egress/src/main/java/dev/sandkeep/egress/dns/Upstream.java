package dev.sandkeep.egress.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The resolvers that allowed queries are forwarded to, tried in order. Nothing is cached: the client, or the resolver,
 * does that. Thread-safe.
 *
 * <p>All packets to the resolvers leave from sockets that are bound when this is opened and held exclusively until it is
 * closed; {@link #heldUdpPorts} and {@link #heldTcpSources} tell the packet filter which these are.
 */
public final class Upstream implements AutoCloseable {

    private final List<InetSocketAddress> resolvers;
    private final long timeoutNanos;
    private final KernelRandom random;
    private final UdpExchange udp;
    private final TcpExchange tcp;

    private Upstream(
            List<InetSocketAddress> resolvers,
            Duration timeout,
            KernelRandom random,
            UdpExchange udp,
            TcpExchange tcp) {
        this.resolvers = List.copyOf(resolvers);
        this.timeoutNanos = timeout.toNanos();
        this.random = random;
        this.udp = udp;
        this.tcp = tcp;
    }

    /**
     * Binds the sockets.
     *
     * @param resolvers at least one, with literal addresses
     * @param timeout for a query in all; every resolver gets an even share of what is left when its turn comes
     * @param lost run when a port could not be held, from the thread that noticed: whoever owns it now can reach a
     *     resolver past the proxy, so that all of the network must be closed at once
     */
    public static Upstream open(List<InetSocketAddress> resolvers, Duration timeout, Runnable lost) throws IOException {
        if (resolvers.isEmpty()) {
            throw new IllegalArgumentException("At least one resolver is needed");
        }
        KernelRandom random = KernelRandom.open();
        UdpExchange udp = UdpExchange.open(random);
        try {
            return new Upstream(resolvers, timeout, random, udp, TcpExchange.open(resolvers, random, lost));
        } catch (IOException failed) {
            udp.close();
            random.close();
            throw failed;
        }
    }

    /** The UDP ports from which queries leave; nobody else can own them, on any address. */
    public List<Integer> heldUdpPorts() {
        return udp.ports();
    }

    /**
     * The addresses and TCP ports from which queries leave. Nobody else can own such a pair, but somebody may own the
     * port on another address; so the filter must look at both.
     */
    public List<InetSocketAddress> heldTcpSources() {
        return tcp.sources();
    }

    /**
     * Asks one resolver after the other, until one says that the name is there, or that it is not.
     *
     * @throws IOException if none did
     */
    Reply resolve(Query query) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeoutNanos;
        List<Exception> failures = new ArrayList<>();
        for (int i = 0; i < resolvers.size(); i++) {
            long share = (deadline - System.nanoTime()) / (resolvers.size() - i);
            try {
                Reply reply = ask(resolvers.get(i), query, share);
                if (reply.isFinal()) {
                    return reply;
                }
            } catch (IOException | RefusedMessage next) {
                failures.add(next);
            }
        }
        IOException failed = new IOException("No resolver answered");
        failures.forEach(failed::addSuppressed);
        throw failed;
    }

    private Reply ask(InetSocketAddress resolver, Query query, long share)
            throws IOException, RefusedMessage, InterruptedException {
        long deadline = System.nanoTime() + share;
        byte[] message = udp.ask(resolver, query, share);
        if (Header.read(new WireReader(message)).isTruncated()) {
            message = tcp.ask(resolver, query, deadline - System.nanoTime());
        }
        return Reply.read(message, query);
    }

    @Override
    public void close() throws IOException {
        try (random;
                udp) {
            tcp.close();
        }
    }
}
