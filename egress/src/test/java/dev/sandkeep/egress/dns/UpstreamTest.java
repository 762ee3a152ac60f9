package dev.sandkeep.egress.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpstreamTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Query QUERY = query("www.example.com");

    private FakeResolver first;
    private FakeResolver second;

    @BeforeEach
    void start() throws IOException {
        first = FakeResolver.withAddress("198.18.0.1");
        second = FakeResolver.withAddress("198.18.0.2");
    }

    @AfterEach
    void stop() throws IOException {
        first.close();
        second.close();
    }

    @Test
    void theFirstResolverIsAskedFirst() throws Exception {
        try (Upstream upstream = open(TIMEOUT)) {
            assertThat(addresses(upstream.resolve(QUERY))).containsExactly("198.18.0.1");
        }
        assertThat(second.asked()).isEmpty();
    }

    @Test
    void thatANameDoesNotExistIsFinal() throws Exception {
        first.overUdp(query -> List.of(Messages.answerTo(query, 0x8183, 0).done()));

        try (Upstream upstream = open(TIMEOUT)) {
            assertThat(upstream.resolve(QUERY).rcode()).isEqualTo(3);
        }
    }

    @Test
    void theNextResolverIsAskedAfterAFailure() throws Exception {
        for (int failure : List.of(0x8182, 0x8185, 0x8181)) {
            first.overUdp(query -> List.of(Messages.answerTo(query, failure, 0).done()));

            try (Upstream upstream = open(TIMEOUT)) {
                assertThat(addresses(upstream.resolve(QUERY))).containsExactly("198.18.0.2");
            }
        }
    }

    @Test
    void theNextResolverIsAskedAfterASilence() throws Exception {
        first.overUdp(_ -> List.of());

        try (Upstream upstream = open(TIMEOUT)) {
            assertThat(addresses(upstream.resolve(QUERY))).containsExactly("198.18.0.2");
        }
    }

    @Test
    void theNextResolverIsAskedAfterAMalformedAnswer() throws Exception {
        first.overUdp(query ->
                List.of(Messages.answerTo(query, 2).address("198.18.0.1", 60).done()));

        try (Upstream upstream = open(TIMEOUT)) {
            assertThat(addresses(upstream.resolve(QUERY))).containsExactly("198.18.0.2");
        }
    }

    @Test
    void aQueryFailsInTimeIfNobodyAnswers() throws Exception {
        first.overUdp(_ -> List.of());
        second.overUdp(_ -> List.of());

        try (Upstream upstream = open(SHORT)) {
            long begin = System.nanoTime();
            assertThatThrownBy(() -> upstream.resolve(QUERY)).isInstanceOf(IOException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SHORT, TIMEOUT);
        }
    }

    @Test
    void forgedAnswersAreIgnored() throws Exception {
        first.overUdp(query -> {
            byte[] otherId = query.clone();
            otherId[1]++;
            byte[] otherName = query.clone();
            otherName[13] ^= 1;
            byte[] otherType = query.clone();
            otherType[query.length - 3] ^= 1;
            byte[] question = Messages.answerTo(query, 0x0100, 0).done();
            return List.of(
                    forged(otherId),
                    forged(otherName),
                    forged(otherType),
                    question,
                    new byte[5],
                    Messages.answerTo(query, 1).address("198.18.0.1", 60).done());
        });

        try (Upstream upstream = open(TIMEOUT)) {
            assertThat(addresses(upstream.resolve(QUERY))).containsExactly("198.18.0.1");
        }
    }

    @Test
    void answersFromAnywhereElseAreIgnored() throws Exception {
        try (Upstream upstream = open(TIMEOUT);
                DatagramSocket stranger = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            first.overUdp(query -> {
                sendToAll(first.askersOverUdp(), stranger, forged(query));
                return List.of();
            });

            assertThat(addresses(upstream.resolve(QUERY))).containsExactly("198.18.0.2");
        }
    }

    @Test
    void aTruncatedAnswerIsAskedForAgainOverTcp() throws Exception {
        truncateOverUdp();

        try (Upstream upstream = open(TIMEOUT)) {
            assertThat(addresses(upstream.resolve(QUERY))).containsExactly("198.18.0.1");
            assertThat(first.askersOverTcp()).hasSize(1);
        }
    }

    @Test
    void anAnswerThatIsTruncatedEvenOverTcpIsAFailure() throws Exception {
        truncateOverUdp();
        first.overTcp(query -> List.of(Messages.answerTo(query, 0x8380, 0).done()));

        try (Upstream upstream = open(TIMEOUT)) {
            assertThat(addresses(upstream.resolve(QUERY))).containsExactly("198.18.0.2");
        }
    }

    @Test
    void aSilentTcpConnectionIsGivenUp() throws Exception {
        truncateOverUdp();
        first.overTcp(_ -> List.of());

        try (Upstream upstream = open(TIMEOUT)) {
            assertThat(addresses(upstream.resolve(QUERY))).containsExactly("198.18.0.2");
            assertThat(addresses(upstream.resolve(QUERY))).containsExactly("198.18.0.2");
        }
    }

    @Test
    void aConnectionIsKeptForTheNextQueries() throws Exception {
        truncateOverUdp();

        try (Upstream upstream = open(TIMEOUT)) {
            for (int i = 0; i < 10; i++) {
                assertThat(addresses(upstream.resolve(QUERY))).containsExactly("198.18.0.1");
            }
        }
        assertThat(first.askersOverTcp()).hasSizeLessThanOrEqualTo(2);
    }

    private Upstream open(Duration timeout) throws IOException {
        return Upstream.open(List.of(first.address(), second.address()), timeout, 0);
    }

    private void truncateOverUdp() {
        first.overUdp(query -> List.of(Messages.answerTo(query, 0x8380, 0).done()));
    }

    private static byte[] forged(byte[] query) {
        return Messages.answerTo(query, 1).address("198.18.0.66", 60).done();
    }

    private static void sendToAll(List<InetSocketAddress> targets, DatagramSocket stranger, byte[] message) {
        try {
            for (InetSocketAddress target : targets) {
                stranger.send(new DatagramPacket(message, message.length, target));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<String> addresses(Reply reply) {
        List<String> addresses = new ArrayList<>();
        reply.addresses().forEach(answer -> addresses.add(answer.address().getHostAddress()));
        return addresses;
    }

    static Query query(String name) {
        byte[] octets = Messages.encodedName(name);
        return new Query(1, 0x0100, Name.of(octets, octets.length), Messages.A, Optional.empty());
    }
}
