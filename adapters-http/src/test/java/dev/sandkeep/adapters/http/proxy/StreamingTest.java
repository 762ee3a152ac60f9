package dev.sandkeep.adapters.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.adapters.http.HttpConfig;
import dev.sandkeep.adapters.http.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Bodies flow while they are made, as fast as the slower side takes them, and cost nobody else anything. */
@Isolated("it opens thousands of connections, and counts threads")
class StreamingTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String EVENTS = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    private static final long ENDLESS = 1L << 40;
    private static final int BOUND = 64 << 20;

    private final TestServer server = new TestServer(new HttpConfig(
            "127.0.0.1", 0, 1024, 16 * 1024, Duration.ofMinutes(2), 4096, 4, 2000, Duration.ofSeconds(5)));
    private final RawBackend backend = new RawBackend();
    private final ProxiedSandbox sandbox = ProxiedSandbox.on(server, backend.port());

    @AfterEach
    void stop() {
        server.close();
        backend.close();
    }

    private Socket request(String method, String headers) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout((int) LONG.toMillis());
        say(
                socket,
                method + " " + sandbox.path() + "/ HTTP/1.1\r\nHost: x\r\n" + sandbox.tokenLine() + headers + "\r\n");
        return socket;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads until this was said. */
    private static void awaitText(Socket socket, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (read.indexOf(text) < 0) {
            int next = in.read();
            assertThat(next).as("the end came before " + text + ": " + read).isNotNegative();
            read.append((char) next);
        }
    }

    @Test
    void anEventArrivesWhenItIsSentAndNotLater() throws IOException {
        CompletableFuture<Socket> stream = new CompletableFuture<>();
        CountDownLatch over = new CountDownLatch(1);
        backend.hold(socket -> {
            RawBackend.readHead(socket.getInputStream());
            say(socket, EVENTS);
            stream.complete(socket);
            awaitLatch(over);
        });

        try (Socket client = request("GET", "Accept: text/event-stream\r\n")) {
            for (int i = 0; i < 5; i++) {
                say(stream.join(), "data: " + i + "\n\n");
                awaitText(client, "data: " + i + "\n\n");
            }
        }
        over.countDown();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** The server of this test closes connections that are silent for a second, unless a stream is under way. */
    @Test
    void aStreamMayBeSilentForLongerThanAConnection() throws IOException {
        CompletableFuture<Socket> stream = new CompletableFuture<>();
        CountDownLatch over = new CountDownLatch(1);
        backend.hold(socket -> {
            RawBackend.readHead(socket.getInputStream());
            say(socket, EVENTS + "data: first\n\n");
            stream.complete(socket);
            awaitLatch(over);
        });

        TestServer impatient = new TestServer(new HttpConfig(
                "127.0.0.1", 0, 1024, 16 * 1024, Duration.ofSeconds(1), 100, 10, 10, Duration.ofSeconds(5)));
        ProxiedSandbox quiet = ProxiedSandbox.on(impatient, backend.port());
        try (impatient;
                Socket client = new Socket(InetAddress.getLoopbackAddress(), impatient.port());
                Socket idle = new Socket(InetAddress.getLoopbackAddress(), impatient.port())) {
            say(client, "GET " + quiet.path() + " HTTP/1.1\r\nHost: x\r\n" + quiet.tokenLine() + "\r\n");
            awaitText(client, "data: first\n\n");
            say(idle, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
            idle.getInputStream().readAllBytes();

            say(stream.join(), "data: last\n\n");
            awaitText(client, "data: last\n\n");
            over.countDown();
        }
    }

    @Test
    void aThousandStreamsAtATimeHoldNoThreads() throws IOException {
        int many = 1000;
        CountDownLatch open = new CountDownLatch(many);
        List<Socket> streams = new CopyOnWriteArrayList<>();
        CountDownLatch over = new CountDownLatch(1);
        backend.hold(socket -> {
            RawBackend.readHead(socket.getInputStream());
            say(socket, EVENTS);
            streams.add(socket);
            open.countDown();
            awaitLatch(over);
        });
        int threadsBefore = ManagementFactory.getThreadMXBean().getThreadCount();
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < many; i++) {
                clients.add(request("GET", ""));
            }
            await("all streams are open")
                    .atMost(LONG)
                    .untilAsserted(() -> assertThat(open.getCount()).isZero());

            assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThan(threadsBefore + 50);
            assertThat(server.get("/v1/sandboxes/" + sandbox.id()).status()).isEqualTo(200);
            for (Socket stream : streams) {
                say(stream, "data: all are there\n\n");
            }
            for (Socket client : clients) {
                awaitText(client, "data: all are there\n\n");
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
            over.countDown();
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsTheSandboxBack() throws IOException {
        AtomicLong written = new AtomicLong();
        CompletableFuture<Exception> end = new CompletableFuture<>();
        backend.hold(socket -> {
            RawBackend.readHead(socket.getInputStream());
            say(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + ENDLESS + "\r\n\r\n");
            pour(socket.getOutputStream(), written, end);
        });

        try (Socket client = request("GET", "")) {
            awaitText(client, "\r\n\r\n");
            awaitStuck(written);
            client.getInputStream().skipNBytes(2L * BOUND);
            assertThat(written.get()).isGreaterThanOrEqualTo(2L * BOUND);
        }

        assertThat(end.join()).as("the sandbox sees that the client is gone").isInstanceOf(IOException.class);
    }

    @Test
    void aSandboxThatDoesNotReadHoldsTheClientBack() throws IOException {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicLong written = new AtomicLong();
        CompletableFuture<Exception> end = new CompletableFuture<>();
        backend.hold(socket -> {
            RawBackend.readHead(socket.getInputStream());
            awaitLatch(goOn);
            socket.getInputStream().skipNBytes(2L * BOUND);
        });

        try (Socket client = request("POST", "Content-Length: " + ENDLESS + "\r\n")) {
            Thread.ofVirtual().start(() -> pour(client, written, end));
            awaitStuck(written);
            goOn.countDown();
            await().atMost(LONG).until(() -> written.get() >= 2L * BOUND);
        }
        assertThat(end.join()).isInstanceOf(IOException.class);
    }

    private static void pour(Socket socket, AtomicLong written, CompletableFuture<Exception> end) {
        try {
            pour(socket.getOutputStream(), written, end);
        } catch (IOException closed) {
            end.complete(closed);
        }
    }

    private static void pour(OutputStream out, AtomicLong written, CompletableFuture<Exception> end) {
        byte[] block = new byte[1 << 16];
        try {
            while (true) {
                out.write(block);
                written.addAndGet(block.length);
            }
        } catch (IOException gone) {
            end.complete(gone);
        }
    }

    private static void awaitStuck(AtomicLong written) {
        AtomicLong before = new AtomicLong(-1);
        await("nothing more is taken")
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> before.getAndSet(written.get()) == written.get() && written.get() > 0);
        assertThat(written.get()).as("what was kept on the way").isLessThan(BOUND);
    }

    @Test
    void aBodyIsAskedForWhenTheSandboxAsksForIt() throws IOException {
        CompletableFuture<Socket> waiting = new CompletableFuture<>();
        CompletableFuture<String> body = new CompletableFuture<>();
        CountDownLatch over = new CountDownLatch(1);
        backend.hold(socket -> {
            String head = RawBackend.readHead(socket.getInputStream());
            assertThat(head).contains("Expect: 100-continue\r\n", "Content-Length: 4\r\n");
            say(socket, "HTTP/1.1 100 Continue\r\n\r\n");
            body.complete(new String(socket.getInputStream().readNBytes(4), StandardCharsets.ISO_8859_1));
            say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            waiting.complete(socket);
            awaitLatch(over);
        });

        try (Socket client = request("PUT", "Expect: 100-continue\r\nContent-Length: 4\r\n")) {
            awaitText(client, "HTTP/1.1 100 Continue\r\n\r\n");
            say(client, "body");
            awaitText(client, "\r\n\r\nok");
        }
        assertThat(body.join()).isEqualTo("body");
        over.countDown();
    }

    @Test
    void aBodyThatTheSandboxRefusesIsNeverAskedFor() throws IOException {
        backend.hold(socket -> {
            RawBackend.readHead(socket.getInputStream());
            say(socket, "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
        });

        try (Socket client = request("PUT", "Expect: 100-continue\r\nContent-Length: " + ENDLESS + "\r\n")) {
            String answer = RawBackend.readHead(client.getInputStream());

            assertThat(answer).startsWith("HTTP/1.1 417 ");
            assertThat(new String(client.getInputStream().readNBytes(2), StandardCharsets.ISO_8859_1))
                    .isEqualTo("no");
        }
    }

    @Test
    void aSandboxThatHasNeverHeardOfItGetsTheBodyAfterAWhile() throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        backend.hold(socket -> {
            RawBackend.readHead(socket.getInputStream());
            String body = new String(socket.getInputStream().readNBytes(4), StandardCharsets.ISO_8859_1);
            say(socket, EVENTS + "data: " + body + "\n\n");
            awaitLatch(over);
        });

        try (Socket client = request("POST", "Expect: 100-continue\r\nContent-Length: 4\r\n")) {
            awaitText(client, "HTTP/1.1 100 Continue\r\n\r\n");
            say(client, "body");
            awaitText(client, "data: body\n\n");
        }
        over.countDown();
    }

    @Test
    void oneSandboxDoesNotTakeAllThereIs() throws IOException {
        TestServer small = new TestServer(new HttpConfig(
                "127.0.0.1", 0, 1024, 16 * 1024, Duration.ofSeconds(60), 100, 10, 2, Duration.ofSeconds(5)));
        CountDownLatch over = new CountDownLatch(1);
        backend.hold(socket -> {
            String head = RawBackend.readHead(socket.getInputStream());
            say(socket, EVENTS);
            if (head.startsWith("GET /stream")) {
                awaitLatch(over);
            }
        });
        try (small) {
            ProxiedSandbox greedy = ProxiedSandbox.on(small, backend.port());
            ProxiedSandbox modest = ProxiedSandbox.on(small, backend.port());
            List<Socket> streams = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Socket stream = new Socket(InetAddress.getLoopbackAddress(), small.port());
                say(stream, "GET " + greedy.path() + "/stream HTTP/1.1\r\nHost: x\r\n" + greedy.tokenLine() + "\r\n");
                awaitText(stream, "\r\n\r\n");
                streams.add(stream);
            }

            TestServer.Answer refused = small.get(greedy.path());

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.code()).isEqualTo("TOO_MANY_REQUESTS");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(small.get(modest.path()).status()).isEqualTo(200);
            over.countDown();
            await().atMost(LONG).until(() -> small.get(greedy.path()).status() == 200);
            for (Socket stream : streams) {
                stream.close();
            }
        }
    }
}
