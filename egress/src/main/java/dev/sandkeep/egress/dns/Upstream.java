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
 * <p>All packets to the resolvers leave from few ports, by which the packet filter knows them.
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
     * @param firstPort the first of the ports to ask from, over UDP and TCP; 0 for any that are free
     * @throws IOException if one of them is taken
     */
    public static Upstream open(List<InetSocketAddress> resolvers, Duration timeout, int firstPort) throws IOException {
        if (resolvers.isEmpty()) {
            throw new IllegalArgumentException("At least one resolver is needed");
        }
        KernelRandom random = KernelRandom.open();
        UdpExchange udp = UdpExchange.open(random, firstPort);
        try {
            return new Upstream(resolvers, timeout, random, udp, TcpExchange.open(resolvers, random, firstPort));
        } catch (IOException failed) {
            udp.close();
            random.close();
            throw failed;
        }
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
