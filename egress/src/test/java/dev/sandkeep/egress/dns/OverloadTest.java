package dev.sandkeep.egress.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverloadTest {

    private static final Limits TWO_QUERIES = new Limits(2, 4, Duration.ofSeconds(10));

    @Test
    void aQueryTooManyFailsAtOnceAndTheNextOnesAreAnsweredAgain() throws IOException {
        try (FakeResolver resolver = FakeResolver.withAddress("198.18.0.7");
                Upstream upstream = Upstream.open(List.of(resolver.address()), Duration.ofSeconds(2), 0);
                DnsProxy proxy = Proxies.start(FakeJudge.allowing("good.example.com"), upstream, TWO_QUERIES);
                DatagramSocket socket = new DatagramSocket()) {
            DnsClient client = new DnsClient("127.0.0.1", proxy.port());
            byte[] query = Messages.queryWithEdns(1, "good.example.com", Messages.A, 1232);
            resolver.overUdp(_ -> List.of());
            InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
            for (int i = 0; i < TWO_QUERIES.queries(); i++) {
                socket.send(new DatagramPacket(query, query.length, loopback, proxy.port()));
            }
            await().until(() -> resolver.asked().size() == TWO_QUERIES.queries());

            Response tooMany = client.overUdp(query);

            assertThat(tooMany.rcode()).isEqualTo(2);
            assertThat(tooMany.extendedError()).contains("0 too many queries at the same time");
            resolver.overUdp(asked -> List.of(Messages.answerTo(asked, 0).done()));
            await().untilAsserted(
                            () -> assertThat(client.overUdp(query).rcode()).isZero());
        }
    }
}
