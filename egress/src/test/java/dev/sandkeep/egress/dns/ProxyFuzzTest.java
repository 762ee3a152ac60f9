package dev.sandkeep.egress.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Damaged messages through the sockets of a whole proxy, which goes on as if nothing had been. */
@Isolated("it measures the heap")
class ProxyFuzzTest {

    private static final long SEED = 8484;
    private static final int MESSAGES = 100_000;
    private static final int MESSAGES_OVER_TCP = 40_000;
    private static final int PER_CONNECTION = 20;
    /** More than the proxy takes at the same time. */
    private static final int CLIENTS = Limits.DEFAULT.connections() + 16;
    /** How many are sent before an answer is waited for, so that the sockets do not overflow. */
    private static final int AT_ONCE = 50;

    private static final long HEAP_GROWTH = 4L << 20;

    /** Sends damaged messages to the proxy at a port. */
    private interface Flood {
        void send(int port, int count) throws Exception;
    }

    @Test
    void aProxyOutlivesGarbageAndForwardsOnlyWhatIsAllowed() throws Exception {
        outlives(ProxyFuzzTest::sendDamaged, MESSAGES);
    }

    @Test
    void theSameOverTcp() throws Exception {
        outlives(ProxyFuzzTest::sendDamagedOverTcp, MESSAGES_OVER_TCP);
    }

    private static void outlives(Flood flood, int messages) throws Exception {
        System.out.println("Fuzzing the DNS proxy with the seed " + SEED);
        Set<String> forwarded = ConcurrentHashMap.newKeySet();
        FakeJudge judge = FakeJudge.allowing("example.com", "*.example.com");
        try (FakeResolver resolver = damaging(forwarded);
                Upstream upstream = Upstream.open(List.of(resolver.address()), Duration.ofMillis(50), 0);
                DnsProxy proxy = Proxies.start(judge, upstream, Limits.DEFAULT)) {
            flood.send(proxy.port(), AT_ONCE);
            resolver.forget();
            judge.forget();
            long before = usedHeap();

            flood.send(proxy.port(), messages);

            resolver.forget();
            judge.forget();
            await().untilAsserted(() -> assertThat(usedHeap()).isLessThan(before + HEAP_GROWTH));
            DnsClient client = new DnsClient("127.0.0.1", proxy.port());
            assertThat(client.overUdp(Messages.query(2, "denied.example", Messages.A))
                            .rcode())
                    .isEqualTo(3);
            // The places of the last connections are free a moment after these.
            await().ignoreExceptionsInstanceOf(IOException.class)
                    .untilAsserted(() -> assertThat(client.overTcp(Messages.query(3, "denied.example", Messages.A))
                                    .rcode())
                            .isEqualTo(3));
            assertThat(forwarded)
                    .contains("example.com", "www.example.com")
                    .allSatisfy(name -> assertThat("." + name).endsWith(".example.com"));
        }
    }

    /** Gives every name an address, but damages every other answer. */
    private static FakeResolver damaging(Set<String> forwarded) throws IOException {
        Mutator mutator = new Mutator(SEED);
        AtomicInteger answers = new AtomicInteger();
        FakeResolver resolver = new FakeResolver(query -> query);
        resolver.overUdp(query -> {
            forwarded.add(NaiveDecoder.text(query, 12).orElse("no name"));
            byte[] answer =
                    Messages.answerTo(query, 1).address("198.18.0.7", 60).done();
            return List.of(answers.incrementAndGet() % 2 == 0 ? answer : mutator.mutated(List.of(answer)));
        });
        return resolver;
    }

    private static void sendDamaged(int port, int count) throws IOException {
        Mutator mutator = new Mutator(SEED);
        List<byte[]> corpus = Corpus.queries();
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        DnsClient client = new DnsClient("127.0.0.1", port);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 1; i <= count; i++) {
                byte[] message = mutator.mutated(corpus);
                socket.send(new DatagramPacket(message, message.length, loopback, port));
                if (i % AT_ONCE == 0) {
                    client.overUdp(Messages.query(i & 0xFFFF, "denied.example", Messages.A));
                }
            }
        }
    }

    /** Over more connections than there are places for; some are closed in the middle of a message, or never read from. */
    private static void sendDamagedOverTcp(int port, int count) throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> sending = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Mutator mutator = new Mutator(SEED + i);
                sending.add(clients.submit(() -> {
                    for (int sent = 0; sent < count / CLIENTS; sent += PER_CONNECTION) {
                        sendDamaged(new DnsClient("127.0.0.1", port), mutator, new Random(SEED + sent));
                    }
                    return null;
                }));
            }
            for (Future<?> client : sending) {
                client.get();
            }
        }
    }

    private static void sendDamaged(DnsClient client, Mutator mutator, Random random) throws IOException {
        List<byte[]> corpus = Corpus.queries();
        try (Socket socket = client.connect()) {
            for (int i = 0; i < PER_CONNECTION; i++) {
                byte[] message = mutator.mutated(corpus);
                if (random.nextInt(16) == 0) {
                    // Announces another length than that of what follows.
                    socket.getOutputStream().write(new byte[] {(byte) random.nextInt(4), (byte) random.nextInt()});
                }
                DnsClient.send(socket, message);
            }
            if (random.nextBoolean()) {
                socket.shutdownOutput();
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            }
        } catch (SocketException cut) {
            // Which the proxy does with whoever is one too many, or sends what has no beginning.
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
