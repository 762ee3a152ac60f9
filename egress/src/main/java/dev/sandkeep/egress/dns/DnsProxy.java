package dev.sandkeep.egress.dns;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Answers all DNS queries of the sandbox, over UDP and TCP, on the loopback addresses of both IP versions. Thread-safe.
 *
 * <p>A name is judged first. A denied one does not exist (NXDOMAIN, with the reason as an extended error), and never
 * leaves. For an allowed one a resolver is asked, and {@link Judge#admit} opens the addresses of the answer before the
 * client sees it, so that it never races the packet filter.
 *
 * <p>What waits for datagrams has platform threads, three in all, which wake up straight from the kernel. Queries and TCP
 * connections have virtual ones: hundreds may wait for resolvers and for the packet filter at the same time, and a
 * platform thread each would cost more memory than the rest of the program. That costs 0.05 ms per query; in all, a name
 * takes 0.2 ms longer through the proxy than without it.
 *
 * <p>Should a thread that waits for datagrams or connections fail, it ends with an exception, and queries get no more
 * answers there: nothing opens.
 */
public final class DnsProxy implements AutoCloseable {

    private static final InetAddress IPV4 = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress IPV6 = InetAddress.ofLiteral("::1");

    private final Responder responder;
    private final Limits limits;
    private final Semaphore places;
    private final List<Closeable> listeners = new ArrayList<>();
    private int port;

    private DnsProxy(Responder responder, Limits limits) {
        this.responder = responder;
        this.limits = limits;
        this.places = new Semaphore(limits.queries());
    }

    /**
     * Begins to answer. Without IPv6 on this host, only IPv4 is listened on.
     *
     * @param port the same for all listeners; 0 for any that is free
     * @throws IOException if one of the addresses is taken: then nothing is listened on
     */
    public static DnsProxy start(int port, Judge judge, Upstream upstream) throws IOException {
        return start(port, judge, upstream, Limits.DEFAULT);
    }

    static DnsProxy start(int port, Judge judge, Upstream upstream, Limits limits) throws IOException {
        DnsProxy proxy = new DnsProxy(new Responder(judge, upstream), limits);
        try {
            proxy.port = port;
            proxy.listen(IPV4);
            if (hasIpv6()) {
                proxy.listen(IPV6);
            }
            return proxy;
        } catch (IOException failed) {
            proxy.close();
            throw failed;
        }
    }

    /** Asks before binding, since a failure to bind may also mean that somebody has taken the port. */
    static boolean hasIpv6() throws IOException {
        return NetworkInterface.getByInetAddress(IPV6) != null;
    }

    public int port() {
        return port;
    }

    private void listen(InetAddress address) throws IOException {
        UdpListener udp = UdpListener.start(new InetSocketAddress(address, port), responder, places);
        listeners.add(udp);
        port = udp.port();
        listeners.add(TcpListener.start(new InetSocketAddress(address, port), responder, limits));
    }

    @Override
    public void close() throws IOException {
        IOException failed = null;
        for (Closeable listener : listeners) {
            try {
                listener.close();
            } catch (IOException next) {
                failed = next;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
