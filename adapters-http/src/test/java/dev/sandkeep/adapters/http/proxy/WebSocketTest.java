package dev.sandkeep.adapters.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.adapters.http.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A WebSocket through the server is like one without it. */
class WebSocketTest {

    private final TestServer server = new TestServer();
    private final RawBackend backend = new RawBackend();
    private final ProxiedSandbox sandbox = ProxiedSandbox.on(server, backend.port());

    @AfterEach
    void stop() {
        server.close();
        backend.close();
    }

    /** Notes everything that a client is told. */
    private static final class Heard implements WebSocket.Listener {

        private final List<String> events = new CopyOnWriteArrayList<>();
        private final StringBuilder text = new StringBuilder();
        private int bytes;

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                events.add("text " + (text.length() < 100 ? text : text.length()));
                text.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            bytes += data.remaining();
            if (last) {
                events.add("binary " + bytes);
                bytes = 0;
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
            events.add("pong " + StandardCharsets.UTF_8.decode(data));
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            events.add("close " + code + " " + reason);
            return CompletableFuture.completedStage(null);
        }

        void awaitEvents(String... expected) {
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(events).containsExactly(expected));
        }
    }

    private WebSocket connect(HttpClient client, Heard heard) {
        return client.newWebSocketBuilder()
                .header("OpenSandbox-Secure-Access", sandbox.token())
                .subprotocols("a", "b")
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + sandbox.path() + "/ws?x=1"), heard)
                .join();
    }

    @Test
    void everyKindOfMessage() {
        backend.hold(new WebSocketEcho());
        Heard heard = new Heard();
        try (HttpClient client = HttpClient.newHttpClient()) {
            WebSocket socket = connect(client, heard);

            assertThat(socket.getSubprotocol()).isEqualTo("b");
            socket.sendText("h\u00e9llo", true).join();
            socket.sendText("in ", false).join();
            socket.sendText("parts", true).join();
            socket.sendBinary(ByteBuffer.allocate(5), true).join();
            socket.sendPing(ByteBuffer.wrap("ping".getBytes(StandardCharsets.UTF_8)))
                    .join();
            socket.sendBinary(ByteBuffer.allocate(10_000_000), true).join();
            socket.sendText("x".repeat(1_000_000), true).join();
            socket.sendText("", true).join();
            socket.sendText("bye for now", true).join();

            heard.awaitEvents(
                    "text h\u00e9llo",
                    "text in parts",
                    "binary 5",
                    "pong ping",
                    "binary 10000000",
                    "text 1000000",
                    "text ",
                    "close 4001 bye for now");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1011, 3000, 4999})
    void theCloseCodeOfTheClientWithItsReason(int code) {
        backend.hold(new WebSocketEcho());
        Heard heard = new Heard();
        try (HttpClient client = HttpClient.newHttpClient()) {
            WebSocket socket = connect(client, heard);

            socket.sendClose(code, "enough").join();

            heard.awaitEvents("close " + code + " enough");
        }
    }

    private static String upgrade(ProxiedSandbox sandbox, String more) {
        return "GET " + sandbox.path() + "/ws HTTP/1.1\r\nHost: example.test\r\nConnection: keep-alive, Upgrade\r\n"
                + "Upgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                + "Origin: http://example.test\r\nSec-WebSocket-Extensions: permessage-deflate\r\n" + more + "\r\n";
    }

    private Socket open(String request, byte[] early) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(60_000);
        byte[] head = request.getBytes(StandardCharsets.ISO_8859_1);
        socket.getOutputStream()
                .write(ByteBuffer.allocate(head.length + early.length)
                        .put(head)
                        .put(early)
                        .array());
        return socket;
    }

    @Test
    void everyByteBothWaysFromTheFirstOn() throws IOException {
        byte[] up = new byte[3_000_000];
        byte[] down = new byte[3_000_000];
        new Random(1).nextBytes(up);
        new Random(2).nextBytes(down);
        CompletableFuture<byte[]> arrived = new CompletableFuture<>();
        CompletableFuture<String> head = new CompletableFuture<>();
        backend.hold(socket -> {
            head.complete(
                    WebSocketEcho.accept(socket, "Sec-WebSocket-Extensions: permessage-deflate\r\nX-More: 1\r\n"));
            socket.getOutputStream().write(down);
            arrived.complete(socket.getInputStream().readNBytes(up.length));
        });

        try (Socket socket = open(upgrade(sandbox, sandbox.tokenLine()), up)) {
            String answer = RawBackend.readHead(socket.getInputStream());
            byte[] got = socket.getInputStream().readNBytes(down.length);

            assertThat(answer)
                    .startsWith("HTTP/1.1 101 ")
                    .contains(
                            "Sec-WebSocket-Extensions: permessage-deflate\r\n",
                            "X-More: 1\r\n",
                            "Upgrade: websocket\r\n")
                    .containsIgnoringCase("Connection: Upgrade\r\n");
            assertThat(got).isEqualTo(down);
            assertThat(arrived.join()).isEqualTo(up);
            assertThat(socket.getInputStream().read())
                    .as("the end, when the sandbox ends it")
                    .isEqualTo(-1);
        }
        assertThat(head.join())
                .startsWith("GET /ws HTTP/1.1\r\n")
                .contains(
                        "Host: example.test\r\n",
                        "Origin: http://example.test\r\n",
                        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
                        "Sec-WebSocket-Extensions: permessage-deflate\r\n",
                        "Upgrade: websocket\r\n",
                        "Connection: Upgrade\r\n")
                .doesNotContain(sandbox.token());
    }

    @Test
    void theSandboxSeesThatTheClientIsGone() throws IOException {
        CompletableFuture<Integer> seen = new CompletableFuture<>();
        backend.hold(socket -> {
            WebSocketEcho.accept(socket, "");
            seen.complete(socket.getInputStream().read());
        });

        try (Socket socket = open(upgrade(sandbox, sandbox.tokenLine()), new byte[0])) {
            RawBackend.readHead(socket.getInputStream());
        }

        assertThat(seen.join()).isEqualTo(-1);
    }

    @Test
    void aClientThatDoesNotReadHoldsTheSandboxBack() throws IOException {
        CompletableFuture<Long> total = new CompletableFuture<>();
        long[] written = {0};
        backend.hold(socket -> {
            WebSocketEcho.accept(socket, "");
            byte[] block = new byte[100_000];
            while (written[0] < 200_000_000) {
                socket.getOutputStream().write(block);
                written[0] += block.length;
            }
            total.complete(written[0]);
        });

        try (Socket socket = open(upgrade(sandbox, sandbox.tokenLine()), new byte[0])) {
            RawBackend.readHead(socket.getInputStream());
            long[] before = {-1};
            await("it is stuck")
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        boolean stuck = written[0] == before[0];
                        before[0] = written[0];
                        return stuck;
                    });
            assertThat(written[0]).isLessThan(50_000_000);

            socket.getInputStream().skipNBytes(200_000_000);
            assertThat(total.join()).isEqualTo(200_000_000);
        }
    }

    @Test
    void aRefusalOfTheSandboxIsHandedOn() {
        backend.answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");

        assertThat(server.raw(upgrade(sandbox, sandbox.tokenLine()).replace("keep-alive", "close")))
                .startsWith("HTTP/1.1 403 ")
                .endsWith("\r\n\r\nno");
    }

    @Test
    void withoutATokenNothingIsUpgraded() {
        assertThat(server.raw(upgrade(sandbox, "").replace("keep-alive", "close")))
                .startsWith("HTTP/1.1 401 ");
        assertThat(backend.connections()).isZero();
    }

    @Test
    void aSandboxCannotUpgradeWhatNobodyAskedToBe() {
        backend.answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");

        assertThat(sandbox.get("/")).startsWith("HTTP/1.1 502 ");
    }

    @Test
    void noOtherProtocolIsSwitchedTo() {
        List<String> requests = backend.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");

        assertThat(sandbox.get(
                        "/", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(requests.getFirst()).doesNotContainIgnoringCase("upgrade").doesNotContain("HTTP2-Settings");
    }
}
