package dev.sandkeep.egress.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpListenerTest {

    private static final Limits TIGHT = new Limits(8, 4, Duration.ofMillis(500));
    private static final byte[] QUERY = Messages.query(7, "good.example.com", Messages.A);

    private FakeResolver resolver;
    private Upstream upstream;
    private DnsProxy proxy;
    private DnsClient client;

    @BeforeEach
    void start() throws IOException {
        resolver = FakeResolver.withAddress("198.18.0.7");
        upstream = Upstream.open(List.of(resolver.address()), Duration.ofSeconds(5), 0);
        proxy = Proxies.start(FakeJudge.allowing("good.example.com"), upstream, TIGHT);
        client = new DnsClient("127.0.0.1", proxy.port());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        upstream.close();
        resolver.close();
    }

    @Test
    void queriesSentWithoutWaitingAreAnsweredInTurn() throws IOException {
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(many);
        for (int id = 0; id < 50; id++) {
            byte[] query = Messages.query(id, id % 2 == 0 ? "good.example.com" : "bad.example.com", Messages.A);
            out.writeShort(query.length);
            out.write(query);
        }
        try (Socket socket = client.connect()) {
            socket.getOutputStream().write(many.toByteArray());

            for (int id = 0; id < 50; id++) {
                Response response = DnsClient.receive(socket);
                assertThat(response.id()).isEqualTo(id);
                assertThat(response.rcode()).isEqualTo(id % 2 == 0 ? 0 : 3);
            }
        }
    }

    @Test
    void anAnswerMayFillAWholeMessage() throws IOException {
        answerAtLength();

        assertThat(client.overTcp(QUERY).length()).isGreaterThan(64_000);
    }

    @Test
    void aMessageThatIsTooLongEndsTheConnection() throws IOException {
        try (Socket socket = client.connect()) {
            DnsClient.send(socket, new byte[4097]);

            assertThat(isEnded(socket)).isTrue();
        }
    }

    @Test
    void aClientThatSaysNothingIsCutOff() throws IOException {
        try (Socket socket = client.connect()) {
            assertThat(isEnded(socket)).isTrue();
        }
    }

    @Test
    void aClientThatSendsOctetByOctetIsCutOff() throws IOException {
        try (Socket socket = client.connect()) {
            socket.getOutputStream().write(0);
            await().pollInterval(Duration.ofMillis(50)).until(() -> cannotSendOneMoreOctet(socket));
        }
    }

    @Test
    void aClientThatTakesNoAnswersIsCutOff() throws IOException {
        answerAtLength();
        try (Socket socket = client.connect()) {
            Thread sender = Thread.ofVirtual().start(() -> sendForEver(socket));

            await().until(sender::isAlive, alive -> !alive);
        }
    }

    @Test
    void tooManyConnectionsAreRefusedUntilOthersEnd() throws IOException {
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < TIGHT.connections(); i++) {
            idle.add(client.connect());
        }

        try (Socket oneMore = client.connect()) {
            assertThat(isEnded(oneMore)).isTrue();
        }

        for (Socket socket : idle) {
            socket.close();
        }
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(client.overTcp(QUERY).rcode()).isZero());
    }

    /** Nearly as much as a message can hold, and only over TCP. */
    private void answerAtLength() {
        byte[] text = new byte[255];
        text[0] = (byte) 254;
        resolver.overUdp(query -> List.of(Messages.answerTo(query, 0x8380, 0).done()));
        resolver.overTcp(query -> {
            Messages answer = Messages.answerTo(query, 230);
            for (int i = 0; i < 230; i++) {
                answer.resourceRecord("good.example.com", Messages.TXT, text);
            }
            return List.of(answer.done());
        });
    }

    private static void sendForEver(Socket socket) {
        try {
            while (true) {
                DnsClient.send(socket, QUERY);
            }
        } catch (IOException cutOff) {
            // As it should be.
        }
    }

    private static boolean cannotSendOneMoreOctet(Socket socket) {
        try {
            socket.getOutputStream().write(0);
            return false;
        } catch (IOException cutOff) {
            return true;
        }
    }

    /** Whether the proxy closes the connection before the client's own patience ends. */
    private static boolean isEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }
}
