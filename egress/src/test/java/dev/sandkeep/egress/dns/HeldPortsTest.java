package dev.sandkeep.egress.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ports by which the packet filter tells the proxy belong to nobody else, whatever happens to their connections. */
class HeldPortsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Query QUERY = UpstreamTest.query("www.example.com");

    private final AtomicInteger lost = new AtomicInteger();
    private FakeResolver resolver;

    @BeforeEach
    void start() throws IOException {
        resolver = FakeResolver.withAddress("198.18.0.1");
    }

    @AfterEach
    void stop() throws IOException {
        resolver.close();
    }

    @Test
    void aPortIsUsableAgainAtOnceHoweverOftenTheResolverCloses() throws Exception {
        truncateOverUdp();
        resolver.closeConnectionsAfterEachAnswer();

        try (Upstream upstream = open()) {
            for (int i = 0; i < 200; i++) {
                assertThat(upstream.resolve(QUERY).addresses()).hasSize(1);
            }
            assertThat(upstream.heldTcpSources()).containsAll(resolver.askersOverTcp());
        }
        assertThat(resolver.askersOverTcp()).hasSize(200);
        assertThat(lost).hasValue(0);
    }

    @Test
    void aUdpPortIsHeldOnEveryAddress() throws Exception {
        try (Upstream upstream = open()) {
            upstream.resolve(QUERY);

            assertThat(upstream.heldUdpPorts()).hasSize(8).allSatisfy(port -> {
                for (String address : List.of("0.0.0.0", "127.0.0.1", "127.0.0.9", "::", "::1")) {
                    InetSocketAddress taken = new InetSocketAddress(InetAddress.ofLiteral(address), port);
                    assertThatThrownBy(() -> new DatagramSocket(taken)).isInstanceOf(BindException.class);
                    assertThatThrownBy(() -> bindShared(taken)).isInstanceOf(BindException.class);
                }
            });
        }
    }

    @Test
    void aTcpSourceIsHeldWhetherConnectedOrClosedByTheResolver() throws Exception {
        truncateOverUdp();
        resolver.closeConnectionsAfterEachAnswer();
        try (Upstream upstream = open()) {
            upstream.resolve(QUERY);

            assertThat(upstream.heldTcpSources()).hasSize(2).allSatisfy(source -> {
                InetSocketAddress wildcard = new InetSocketAddress(source.getPort());
                assertThatThrownBy(() -> listen(source)).isInstanceOf(BindException.class);
                assertThatThrownBy(() -> listen(wildcard)).isInstanceOf(BindException.class);
            });
        }
    }

    /** Whoever spins on the port gets it sooner or later, in the moment between two sockets. */
    @Test
    void aPortThatSomebodyTookIsReported() throws Exception {
        resolver.closeConnectionsAfterEachAnswer();
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        try (KernelRandom random = KernelRandom.open();
                TcpLane lane = new TcpLane(loopback, resolver.address(), random, lost::incrementAndGet)) {
            Thread thief = Thread.ofPlatform().start(() -> takeAndHold(lane.local()));
            for (int i = 0; lost.get() == 0 && i < 100_000; i++) {
                askIgnoringFailure(lane);
            }
            assertThat(lost).hasPositiveValue();
            thief.interrupt();
            thief.join();
        }
    }

    private static void takeAndHold(InetSocketAddress address) {
        while (!Thread.currentThread().isInterrupted()) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(address);
                new CountDownLatch(1).await();
            } catch (InterruptedException done) {
                return;
            } catch (IOException notYet) {
                Thread.onSpinWait();
            }
        }
    }

    private static void askIgnoringFailure(TcpLane lane) {
        try {
            lane.ask(QUERY, System.nanoTime() + TIMEOUT.toNanos());
        } catch (IOException failed) {
            // Which is what the one that took the port brings about.
        }
    }

    private static void bindShared(InetSocketAddress address) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.setReuseAddress(true);
            socket.bind(address);
        }
    }

    private static void listen(InetSocketAddress address) throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(address);
        }
    }

    private Upstream open() throws IOException {
        return Upstream.open(List.of(resolver.address()), TIMEOUT, lost::incrementAndGet);
    }

    private void truncateOverUdp() {
        resolver.overUdp(query -> List.of(Messages.answerTo(query, 0x8380, 0).done()));
    }
}
