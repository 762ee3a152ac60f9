package dev.sandkeep.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A thousand clients that watch the events, and how long it takes until the first and the last know of a change. */
final class Watching {

    private static final int WATCHERS = 1000;
    private static final int CHANGES = 100;
    private static final int PATIENCE_SECONDS = 60;

    private final Server server;

    Watching(Server server) {
        this.server = server;
    }

    /** What one change is waited for by. */
    private record Round(CountDownLatch first, CountDownLatch all) {

        Round() {
            this(new CountDownLatch(1), new CountDownLatch(WATCHERS));
        }

        void seen() {
            first.countDown();
            all.countDown();
        }
    }

    List<String> rows(String name, String id) throws Exception {
        double before = server.residentMebibytes();
        AtomicReference<Round> round = new AtomicReference<>(new Round());
        CountDownLatch open = new CountDownLatch(WATCHERS);
        List<Socket> sockets = new ArrayList<>();
        List<Future<?>> watching = new ArrayList<>();
        Samples first = new Samples();
        Samples last = new Samples();
        double during;
        try (ExecutorService watchers = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (int i = 0; i < WATCHERS; i++) {
                    Socket socket = connect();
                    sockets.add(socket);
                    watching.add(watchers.submit(() -> watch(socket, open, round)));
                }
                await(open, "not all watchers were let in");
                for (int i = 0; i < CHANGES; i++) {
                    Round change = new Round();
                    round.set(change);
                    String patch = "{\"watched\": \"" + i + "\"}";
                    long start = System.nanoTime();
                    server.patchMetadata(id, patch);
                    first.time(start, () -> await(change.first(), "no watcher was told"));
                    last.time(start, () -> await(change.all(), "not all watchers were told"));
                }
                during = server.residentMebibytes();
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
            for (Future<?> watched : watching) {
                watched.get();
            }
        }
        return List.of(
                first.row(name + ", from a patch until the first of " + WATCHERS + " watchers knows"),
                last.row(name + ", from a patch until all " + WATCHERS + " know"),
                String.format(
                        Locale.ROOT,
                        "| %s, server memory without and with them, MiB RSS | | %.0f, %.0f | | | |",
                        name,
                        before,
                        during));
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.getOutputStream()
                .write(("GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                                + "OPEN-SANDBOX-API-KEY: " + Server.KEY + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** The head tells that the watch has begun. */
    private static Void watch(Socket socket, CountDownLatch open, AtomicReference<Round> round) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 1024)) {
            String status = lines.readLine();
            if (status == null || !status.startsWith("HTTP/1.1 200")) {
                throw new IOException("Not let in: " + status);
            }
            open.countDown();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: sandbox")) {
                    round.get().seen();
                }
            }
        } catch (IOException ended) {
            if (!socket.isClosed()) {
                throw ended;
            }
        }
        return null;
    }

    private static void await(CountDownLatch latch, String otherwise) throws InterruptedException {
        if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(otherwise + ": " + latch.getCount() + " are missing");
        }
    }
}
