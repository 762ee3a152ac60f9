package dev.sandkeep.egress.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Asks resolvers over TCP, over few connections to each; a query waits until one is free. Thread-safe. */
final class TcpExchange implements AutoCloseable {

    /** For answers that do not fit into a datagram, which are rare. */
    private static final int LANES_PER_RESOLVER = 2;

    private final List<TcpLane> lanes = new ArrayList<>();
    private final Map<InetSocketAddress, BlockingQueue<TcpLane>> free = new LinkedHashMap<>();

    /**
     * Binds the sockets.
     *
     * @param firstPort of one connection to each resolver, and the others follow; 0 for any that are free
     */
    static TcpExchange open(List<InetSocketAddress> resolvers, KernelRandom random, int firstPort) throws IOException {
        TcpExchange exchange = new TcpExchange();
        try {
            for (InetSocketAddress resolver : resolvers) {
                exchange.bind(resolver, random, firstPort);
            }
            return exchange;
        } catch (IOException failed) {
            exchange.close();
            throw failed;
        }
    }

    private void bind(InetSocketAddress resolver, KernelRandom random, int firstPort) throws IOException {
        BlockingQueue<TcpLane> queue = new ArrayBlockingQueue<>(LANES_PER_RESOLVER);
        free.put(resolver, queue);
        InetAddress source;
        try {
            source = sourceFor(resolver);
        } catch (IOException unreachable) {
            // A resolver of an IP version that this network lacks is tried like any other, and fails in its turn.
            return;
        }
        for (int i = 0; i < LANES_PER_RESOLVER; i++) {
            InetSocketAddress local = new InetSocketAddress(source, firstPort == 0 ? 0 : firstPort + i);
            TcpLane lane = new TcpLane(local, resolver, random);
            lanes.add(lane);
            queue.add(lane);
        }
    }

    /** The address from which packets to the resolver leave. Connecting a UDP socket sends nothing. */
    private static InetAddress sourceFor(InetSocketAddress resolver) throws IOException {
        try (DatagramChannel probe = DatagramChannel.open()) {
            return ((InetSocketAddress) probe.connect(resolver).getLocalAddress()).getAddress();
        } catch (UnsupportedAddressTypeException otherVersion) {
            throw new NoRouteToHostException("This host has no IPv6");
        }
    }

    /**
     * Sends a query and waits for its answer.
     *
     * @return a message that {@link Reply#answers} the query, not read any further
     * @throws IOException if there is none in time
     */
    byte[] ask(InetSocketAddress resolver, Query query, long timeoutNanos) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeoutNanos;
        BlockingQueue<TcpLane> queue = Objects.requireNonNull(free.get(resolver));
        TcpLane lane = queue.poll(timeoutNanos, TimeUnit.NANOSECONDS);
        if (lane == null) {
            throw new NoRouteToHostException("There is no connection to the resolver");
        }
        try {
            return lane.ask(query, deadline);
        } finally {
            queue.add(lane);
        }
    }

    /** Queries that are being asked meanwhile fail. */
    @Override
    public void close() throws IOException {
        for (TcpLane lane : lanes) {
            lane.close();
        }
    }
}
