package dev.sandkeep.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One service in a sandbox, asked directly and through the server by turns, by the same client. */
final class Proxying {

    private static final int PORT = 8000;
    private static final int ROUNDS = 5;
    private static final int ONE_AT_A_TIME = 1500;
    private static final int CLIENTS = 8;
    private static final Duration BUSY = Duration.ofSeconds(4);
    private static final int LARGE_MEBIBYTES = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> command;
    private final Path socket;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Proxying(List<String> command, Path socket) {
        this.command = command;
        this.socket = socket;
    }

    /** One way to reach the service. */
    private record Way(String name, String root, Samples alone, Samples together, Samples down, Samples up) {

        static Way to(String name, String root) {
            return new Way(name, root, new Samples(), new Samples(), new Samples(), new Samples());
        }
    }

    List<String> rows(Path data) throws Exception {
        try (Server server = Server.start(command, data, Server.UNGUARDED)) {
            String id = server.create(sandbox(), true);
            try {
                Way direct = Way.to("directly", "http://" + address(id) + ":" + PORT);
                Way proxied = Way.to("through the server", server.url() + "/sandboxes/" + id + "/proxy/" + PORT);
                return compare(direct, proxied, server);
            } finally {
                server.delete(id);
            }
        }
    }

    /** The first round warms up, and is not counted. */
    private List<String> compare(Way direct, Way proxied, Server server) throws Exception {
        awaitService(direct);
        measure(Way.to("", direct.root()));
        measure(Way.to("", proxied.root()));
        for (int round = 0; round < ROUNDS; round++) {
            measure(direct);
            measure(proxied);
        }
        List<String> rows = new ArrayList<>();
        for (Way way : List.of(direct, proxied)) {
            rows.add(way.alone().row("1 KiB, one at a time, " + way.name()));
            rows.add(way.together().row("1 KiB, " + CLIENTS + " clients, " + way.name(), BUSY.multipliedBy(ROUNDS)));
            rows.add(way.down().row(LARGE_MEBIBYTES + " MiB down, " + way.name()));
            rows.add(way.up().row(LARGE_MEBIBYTES + " MiB up, " + way.name()));
        }
        rows.add(row(
                "**added at the median, ms**",
                "%.3f",
                proxied.alone().median() - direct.alone().median()));
        rows.add(row(
                "**requests a second, ratio**",
                "%.2f",
                (double) proxied.together().count() / direct.together().count()));
        rows.add(row(
                "**bytes a second down, ratio**",
                "%.2f",
                direct.down().median() / proxied.down().median()));
        rows.add(row(
                "**bytes a second up, ratio**",
                "%.2f",
                direct.up().median() / proxied.up().median()));
        rows.add(row("server memory afterwards, MiB RSS", "%.0f", server.residentMebibytes()));
        return rows;
    }

    private static String row(String what, String format, double value) {
        return "| " + what + " | | " + String.format(Locale.ROOT, format, value) + " | | | |";
    }

    private void measure(Way way) throws Exception {
        for (int i = 0; i < ONE_AT_A_TIME; i++) {
            way.alone().time(() -> small(way));
        }
        together(way);
        way.down()
                .time(() -> expect(
                        LARGE_MEBIBYTES << 20,
                        way,
                        "/large",
                        HttpRequest.newBuilder().GET()));
        way.up()
                .time(() -> expect(
                        1024,
                        way,
                        "/up",
                        HttpRequest.newBuilder()
                                .POST(BodyPublishers.fromPublisher(
                                        BodyPublishers.ofInputStream(() -> new Zeros((long) LARGE_MEBIBYTES << 20)),
                                        (long) LARGE_MEBIBYTES << 20))));
    }

    private void together(Way way) throws Exception {
        long end = System.nanoTime() + BUSY.toNanos();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> busy = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                busy.add(clients.submit(() -> {
                    while (System.nanoTime() < end) {
                        way.together().time(() -> small(way));
                    }
                }));
            }
            for (Future<?> done : busy) {
                done.get();
            }
        }
    }

    private void small(Way way) throws IOException, InterruptedException {
        expect(1024, way, "/small", HttpRequest.newBuilder().GET());
    }

    private void expect(int bytes, Way way, String path, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = client.send(
                request.uri(URI.create(way.root() + path))
                        .header("OPEN-SANDBOX-API-KEY", Server.KEY)
                        .build(),
                BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            byte[] buffer = new byte[256 * 1024];
            int read = 0;
            for (int more = body.read(buffer); more >= 0; more = body.read(buffer)) {
                read += more;
            }
            if (answer.statusCode() != 200 || read != bytes) {
                throw new IOException(answer.statusCode() + " with " + read + " bytes");
            }
        }
    }

    private void awaitService(Way direct) throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            try {
                small(direct);
                return;
            } catch (IOException notYet) {
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw new IllegalStateException("The service in the sandbox does not answer", notYet);
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private static String sandbox() throws IOException {
        try (InputStream backend = Objects.requireNonNull(Proxying.class.getResourceAsStream("/backend.py"))) {
            return JSON.writeValueAsString(Map.of(
                    "image", Map.of("uri", "python:3.11"),
                    "timeout", 3600,
                    "resourceLimits", Map.of(),
                    "entrypoint",
                            List.of("python3", "-c", new String(backend.readAllBytes(), StandardCharsets.UTF_8))));
        }
    }

    private String address(String id) throws IOException {
        try (RawEngine engine = new RawEngine(socket)) {
            return JSON.readTree(engine.send("GET", "/containers/sandkeep-" + id + "/json", ""))
                    .path("NetworkSettings")
                    .path("Networks")
                    .findPath("IPAddress")
                    .asText();
        }
    }

    /** So many zeros. */
    private static final class Zeros extends InputStream {

        private long left;

        Zeros(long length) {
            this.left = length;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(left, length);
            left -= count;
            return count;
        }
    }
}
