package dev.sandkeep.adapters.http.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpWebhookSenderTest {

    private static final byte[] KEY = "0123456789abcdef01234567".getBytes(StandardCharsets.US_ASCII);
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);

    private final SettableClock clock = new SettableClock(Sandboxes.NOW);
    private final HttpWebhookSender sender =
            new HttpWebhookSender(WebhookSecret.parse(SECRET), Duration.ofMinutes(2), clock);
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private ServerSocket receiver;

    @AfterEach
    void close() throws IOException {
        over.countDown();
        sender.close();
        if (receiver != null) {
            receiver.close();
        }
    }

    private JournalEntry anEntry() {
        InMemorySandboxRepository repository = new InMemorySandboxRepository(clock);
        repository.add(Sandboxes.aSandbox(Specs.aSpec().metadata("team", "blue").env("TOKEN", "hunter2")), null);
        return repository.journal().listAfter(0, 1).getFirst();
    }

    /** A receiver that says this to every request, and then keeps the connection. */
    private URI receiver(String answer) throws IOException {
        receiver = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(() -> {
            while (!receiver.isClosed()) {
                try {
                    Socket connection = receiver.accept();
                    Thread.startVirtualThread(() -> serve(connection, answer));
                } catch (IOException closed) {
                    return;
                }
            }
        });
        return URI.create("http://127.0.0.1:" + receiver.getLocalPort() + "/hook?a=b");
    }

    private void serve(Socket connection, String answer) {
        try (connection) {
            received.add(request(connection.getInputStream()));
            connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            connection.getOutputStream().flush();
            over.await();
        } catch (IOException gone) {
            received.add("gone");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static String request(InputStream input) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            bytes.write(input.read());
            String text = bytes.toString(StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            if (end >= 0 && bytes.size() >= end + 4 + Integer.parseInt(header(text, "content-length"))) {
                return text;
            }
        }
    }

    private static String header(String request, String name) {
        return request.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("0");
    }

    @Test
    void whatIsSentCanBeVerifiedByTheStandard() throws Exception {
        URI endpoint = receiver("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        JournalEntry entry = anEntry();

        assertThat(sender.send(endpoint, entry)).isEmpty();
        clock.advance(Duration.ofSeconds(9));
        assertThat(sender.send(endpoint, entry)).isEmpty();

        String first = received.getFirst();
        String body = first.substring(first.indexOf("\r\n\r\n") + 4);
        String id = header(first, "webhook-id");
        String timestamp = header(first, "webhook-timestamp");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        byte[] signed = mac.doFinal((id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8));
        assertThat(first).startsWith("POST /hook?a=b HTTP/1.1\r\n");
        assertThat(header(first, "webhook-signature"))
                .isEqualTo("v1," + Base64.getEncoder().encodeToString(signed));
        assertThat(timestamp).isEqualTo(Long.toString(Sandboxes.NOW.getEpochSecond()));
        assertThat(body)
                .startsWith("{\"type\":\"sandbox.created\",\"timestamp\":\"2030-01-01T12:00:00Z\",\"data\":{")
                .contains("\"sequence\":1,", "\"metadata\":{\"team\":\"blue\"}")
                .doesNotContain("hunter2");
        assertThat(header(received.getLast(), "webhook-id"))
                .as("a repetition can be recognized")
                .isEqualTo(id);
        assertThat(header(received.getLast(), "webhook-timestamp")).isNotEqualTo(timestamp);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 400, 404, 410, 429, 500, 503})
    void whatIsNotTakenIsToldWithTheStatusAndNoRedirectIsFollowed(int status) throws IOException {
        URI endpoint = receiver("HTTP/1.1 " + status + " X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");

        assertThat(sender.send(endpoint, anEntry())).contains("answered " + status);
        assertThat(received).hasSize(1);
    }

    @Test
    void aReceiverThatHangsIsGivenUp() throws IOException {
        try (HttpWebhookSender hasty =
                new HttpWebhookSender(WebhookSecret.parse(SECRET), Duration.ofSeconds(1), clock)) {
            assertThat(hasty.send(receiver(""), anEntry())).contains("did not answer within 1 s");
        }
    }

    @Test
    void anEndlessAnswerIsNotRead() throws IOException {
        URI endpoint = receiver("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\nx");

        assertThat(sender.send(endpoint, anEntry())).isEmpty();
    }

    @Test
    void aReceiverThatIsAwayIsTold() throws IOException {
        URI endpoint = receiver("");
        receiver.close();

        Optional<String> refusal = sender.send(endpoint, anEntry());

        assertThat(refusal).hasValueSatisfying(why -> assertThat(why).startsWith("cannot be reached"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "whsec_", "whsec_AAAA", "whsec_!!!", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"})
    void whatIsNoSecretIsRefusedWithoutBeingRepeated(String text) {
        assertThatThrownBy(() -> WebhookSecret.parse(text)).isInstanceOf(IllegalArgumentException.class);
        assertThat(WebhookSecret.parse(SECRET).toString()).doesNotContain("MDEy");
    }
}
