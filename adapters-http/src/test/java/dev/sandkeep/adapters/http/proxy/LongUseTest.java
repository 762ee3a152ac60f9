package dev.sandkeep.adapters.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.adapters.http.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes on for long is use of the sandbox as long as something moves, in either direction. */
class LongUseTest {

    private static final Duration LONG = Duration.ofMinutes(30);

    private final TestServer server = new TestServer();
    private final RawBackend backend = new RawBackend();
    private final ProxiedSandbox sandbox = ProxiedSandbox.renewedOnAccess(server, backend.port());

    @AfterEach
    void stop() {
        // First, since a client of a silent stream is missed only when the sandbox says something.
        backend.close();
        server.close();
    }

    private Instant lastUse() {
        return server.activity.find(sandbox.id()).orElse(Instant.EPOCH);
    }

    /** In the time of the server. */
    private void awaitUseAfter(Instant time) {
        await().atMost(Duration.ofMinutes(1)).until(() -> lastUse().isAfter(time));
    }

    private Instant afterALongTime() {
        server.pass(LONG);
        return lastUse().plus(LONG).minusSeconds(60);
    }

    private Socket ask(String... headerLines) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(60_000);
        socket.getOutputStream()
                .write(("GET " + sandbox.path() + "/ HTTP/1.1\r\nHost: example.test\r\n" + sandbox.tokenLine()
                                + String.join("\r\n", headerLines) + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private Socket webSocket() throws IOException {
        return ask(
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==");
    }

    @Test
    void aWebSocketIsUsedByWhatTheClientSays() throws IOException {
        backend.hold(socket -> {
            WebSocketEcho.accept(socket, "");
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        });
        try (Socket client = webSocket()) {
            RawBackend.readHead(client.getInputStream());
            awaitUseAfter(Instant.EPOCH);
            Instant late = afterALongTime();

            client.getOutputStream().write(1);

            awaitUseAfter(late);
        }
    }

    @Test
    void aWebSocketIsUsedByWhatTheSandboxSaysAndNotBySilence() throws IOException {
        CompletableFuture<OutputStream> service = new CompletableFuture<>();
        backend.hold(socket -> {
            WebSocketEcho.accept(socket, "");
            service.complete(socket.getOutputStream());
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        });
        try (Socket client = webSocket()) {
            RawBackend.readHead(client.getInputStream());
            awaitUseAfter(Instant.EPOCH);
            Instant late = afterALongTime();
            assertThat(lastUse()).isBefore(late);

            service.join().write(1);

            awaitUseAfter(late);
            assertThat(server.repository.find(sandbox.id()).orElseThrow().expiresAt())
                    .hasValueSatisfying(deadline -> assertThat(deadline).isAfter(late.plusSeconds(3000)));
        }
    }

    @Test
    void withinTheCooldownNothingIsWrittenDownAgain() throws IOException {
        backend.hold(socket -> {
            WebSocketEcho.accept(socket, "");
            socket.getInputStream().transferTo(socket.getOutputStream());
        });
        try (Socket client = webSocket()) {
            InputStream answers = client.getInputStream();
            RawBackend.readHead(answers);
            awaitUseAfter(Instant.EPOCH);
            Instant first = lastUse();

            for (int i = 0; i < 100; i++) {
                client.getOutputStream().write(1);
                answers.read();
            }

            assertThat(lastUse()).isEqualTo(first);
        }
    }

    @Test
    void aStreamIsUsedByEachPartOfItsAnswer() throws IOException {
        CompletableFuture<OutputStream> service = new CompletableFuture<>();
        backend.hold(socket -> {
            RawBackend.readHead(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            service.complete(out);
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        });
        try (Socket client = ask("Accept: text/event-stream")) {
            RawBackend.readHead(client.getInputStream());
            awaitUseAfter(Instant.EPOCH);
            Instant late = afterALongTime();

            service.join().write(": still here\n\n".getBytes(StandardCharsets.US_ASCII));

            awaitUseAfter(late);
        }
    }
}
