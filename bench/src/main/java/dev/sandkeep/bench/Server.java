package dev.sandkeep.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server as it is shipped, in a process of its own. Thread-safe once it is started. */
final class Server implements AutoCloseable {

    static final String INSTANCE = "bench";
    /** For sandboxes without sidecars, after such with them: they do not share a network. */
    static final Map<String, String> UNGUARDED = Map.of("SANDKEEP_INSTANCE", "bench-open");

    static final String KEY = "the-key-of-the-benchmark";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final int port;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Server(Process process, int port) throws IOException, InterruptedException {
        this.process = process;
        this.port = port;
        long start = System.nanoTime();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() - start > TimeUnit.SECONDS.toNanos(60)) {
                throw new IOException("The server does not start; its log is in the data directory");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /**
     * Starts the server.
     *
     * @param command the java command with its flags and the jar
     */
    static Server start(List<String> command, Path data) throws IOException, InterruptedException {
        return start(command, data, Map.of());
    }

    /** The same with settings of its own. */
    static Server start(List<String> command, Path data, Map<String, String> settings)
            throws IOException, InterruptedException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
        builder.environment()
                .putAll(Map.of(
                        "SANDKEEP_API_KEY",
                        KEY,
                        "SANDKEEP_DATA_DIR",
                        data.toString(),
                        "SANDKEEP_HTTP_PORT",
                        Integer.toString(port),
                        "SANDKEEP_INSTANCE",
                        INSTANCE));
        builder.environment().putAll(settings);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(
                data.resolveSibling("server.log").toFile()));
        return new Server(builder.start(), port);
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    private boolean answers() throws InterruptedException {
        try {
            return send("GET", "/health", "", "").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Creates a sandbox and returns its id when it runs, or at once. */
    String create(String body, boolean wait) throws IOException, InterruptedException {
        HttpResponse<String> answer = send("POST", "/v1/sandboxes", body, wait ? "wait=60" : "");
        JsonNode sandbox = JSON.readTree(answer.body());
        String state = sandbox.path("status").path("state").asText();
        if (answer.statusCode() != 202 || (wait && !state.equals("Running"))) {
            throw new IOException("Not created: " + answer.body());
        }
        return sandbox.path("id").asText();
    }

    /** Creates a sandbox, tells its id, and returns its state when that is decided, with the reason of a failure. */
    String createAndTell(String body, Consumer<String> id) throws IOException, InterruptedException {
        HttpResponse<String> answer = send("POST", "/v1/sandboxes", body, "wait=60");
        JsonNode sandbox = JSON.readTree(answer.body());
        if (answer.statusCode() != 202) {
            return answer.statusCode() + " " + sandbox.path("code").asText();
        }
        synchronized (this) {
            id.accept(sandbox.path("id").asText());
        }
        JsonNode status = sandbox.path("status");
        return status.path("state").asText() + " (" + status.path("reason").asText() + ")";
    }

    /** Creates a sandbox, and tries again as long as the server says that it takes on no more. */
    String createPatiently(String body, AtomicInteger refusals) throws IOException, InterruptedException {
        while (true) {
            HttpResponse<String> answer = send("POST", "/v1/sandboxes", body, "");
            if (answer.statusCode() != 429) {
                expect(202, answer);
                return JSON.readTree(answer.body()).path("id").asText();
            }
            refusals.incrementAndGet();
            TimeUnit.SECONDS.sleep(
                    answer.headers().firstValueAsLong("Retry-After").orElseThrow());
        }
    }

    void renew(String id, Instant expiresAt) throws IOException, InterruptedException {
        expect(
                200,
                send(
                        "POST",
                        "/v1/sandboxes/" + id + "/renew-expiration",
                        "{\"expiresAt\": \"" + expiresAt + "\"}",
                        ""));
    }

    void patchMetadata(String id, String patch) throws IOException, InterruptedException {
        expect(200, send("PATCH", "/v1/sandboxes/" + id + "/metadata", patch, ""));
    }

    /** Whether it is recorded, and has ended. */
    boolean hasEnded(String id) {
        try {
            String state = JSON.readTree(send("GET", "/v1/sandboxes/" + id + "?includeEnded=true", "", "")
                            .body())
                    .path("status")
                    .path("state")
                    .asText();
            return state.equals("Terminated");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", stopped);
        }
    }

    /** How many sandboxes have not ended. */
    int countLive() throws IOException, InterruptedException {
        return JSON.readTree(send("GET", "/v1/sandboxes?pageSize=1", "", "").body())
                .path("pagination")
                .path("totalItems")
                .asInt();
    }

    /** Runs a command in a sandbox to its end, and returns its events as they came. */
    String command(String id, String command) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                send("POST", "/sandboxes/" + id + "/proxy/44772/command", "{\"command\": \"" + command + "\"}", "");
        expect(200, answer);
        if (!answer.body().contains("execution_complete")) {
            throw new IOException("Not completed: " + answer.body());
        }
        return answer.body();
    }

    void delete(String id) throws IOException, InterruptedException {
        expect(204, send("DELETE", "/v1/sandboxes/" + id, "", ""));
    }

    void get(String path) throws IOException, InterruptedException {
        expect(200, send("GET", path, "", ""));
    }

    /** Changes the network policy, along the route that the server tells. */
    void patchPolicy(String id, String rules) throws IOException, InterruptedException {
        JsonNode endpoint = JSON.readTree(
                send("GET", "/v1/sandboxes/" + id + "/endpoints/18080", "", "").body());
        String route = endpoint.path("endpoint").asText();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + route.substring(route.indexOf('/')) + "/policy"))
                .header(
                        "OPENSANDBOX-EGRESS-AUTH",
                        endpoint.path("headers").path("OPENSANDBOX-EGRESS-AUTH").asText())
                .method("PATCH", HttpRequest.BodyPublishers.ofString(rules))
                .build();
        expect(200, client.send(request, HttpResponse.BodyHandlers.ofString()));
    }

    private static void expect(int status, HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() != status) {
            throw new IOException(answer.statusCode() + ": " + answer.body());
        }
    }

    private HttpResponse<String> send(String method, String path, String body, String prefer)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("OPEN-SANDBOX-API-KEY", KEY)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!prefer.isEmpty()) {
            request.header("Prefer", prefer);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The resident set in MiB (proc(5), VmRSS). */
    double residentMebibytes() throws IOException {
        String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
        Matcher resident = Pattern.compile("VmRSS:\\s+(\\d+) kB").matcher(status);
        return resident.find() ? Long.parseLong(resident.group(1)) / 1024.0 : Double.NaN;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        client.close();
    }
}
