package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sandkeep.testkit.fixture.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server as it is shipped, as a process that can be killed and started again on the same data. */
final class ServerProcess implements AutoCloseable {

    static final String API_KEY = "a-key-for-the-tests-only";

    /** A machine that has a lot to do takes long to start one. */
    private static final Duration START = Duration.ofMinutes(3);

    private static final Path JAR = Path.of("target", "sandkeep", "sandkeep.jar");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** As {@code run} starts it, but for the size of its heap. */
    private static final List<String> JVM_FLAGS = List.of(
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileThresholdScaling=0.1",
            "-XX:+ExitOnOutOfMemoryError");

    private final Path data;
    private final Map<String, String> environment;
    private final int port;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private String host = "127.0.0.1";
    private List<String> within = List.of();
    private @Nullable Process process;

    ServerProcess(Path data, String instance, String engine) throws IOException {
        this.data = data;
        this.port = FreePort.find();
        this.environment = new HashMap<>(Map.of(
                "SANDKEEP_API_KEY", API_KEY,
                "SANDKEEP_DATA_DIR", data.resolve("data").toString(),
                "SANDKEEP_DOCKER_HOST", engine,
                "SANDKEEP_HTTP_PORT", Integer.toString(port),
                "SANDKEEP_INSTANCE", instance));
    }

    /** An answer of the server. */
    record Answer(int status, JsonNode body, HttpResponse<String> response) {

        String id() {
            return body.path("id").asText();
        }

        String state() {
            return body.path("status").path("state").asText();
        }

        String reason() {
            return body.path("status").path("reason").asText();
        }
    }

    ServerProcess with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** What its sandboxes are made on, {@code docker} or {@code kubernetes}. */
    String runtime() {
        return environment.getOrDefault("SANDKEEP_RUNTIME", "docker");
    }

    /** It will run in this network namespace, and be reached at that address in it. */
    ServerProcess inNamespace(String namespace, String address) {
        host = address;
        within = List.of("nsenter", "--net=/run/netns/" + namespace);
        return with("SANDKEEP_HTTP_HOST", address);
    }

    /** Returns when it answers. */
    ServerProcess start() throws IOException {
        assertThat(JAR).as("the packaged server; build it with mvn package").exists();
        Process started = launch(log());
        process = started;
        await("the server answers; its log: " + log())
                .atMost(START)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> !started.isAlive() || isHealthy());
        assertThat(started.isAlive())
                .as("the server runs; its log: " + readLog())
                .isTrue();
        return this;
    }

    /** A second server with the same configuration, at a port of its own. */
    Process anotherProcess(Path output) throws IOException {
        environment.put("SANDKEEP_HTTP_PORT", "0");
        return launch(output);
    }

    private Process launch(Path output) throws IOException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        List<String> command = new ArrayList<>(within);
        command.add(java);
        command.addAll(JVM_FLAGS);
        command.addAll(List.of("-jar", JAR.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("SANDKEEP_"));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        return builder.start();
    }

    private boolean isHealthy() {
        try {
            return send("GET", "/health", null, Map.of()).status() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    /** As a crash: SIGKILL. Returns when it is dead. */
    void kill() {
        end(true);
    }

    /** Stands still, as a machine that is paused. Returns when it does. */
    void freeze() {
        signal("STOP");
    }

    /** Goes on after {@link #freeze}. */
    void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        long pid = Objects.requireNonNull(process).pid();
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                    .start()
                    .onExit()
                    .join()
                    .exitValue();
            assertThat(code).as("kill -" + name).isZero();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** As an operator: SIGTERM. Returns the exit status. */
    int stop() {
        return end(false);
    }

    private int end(boolean forcibly) {
        Process running = process;
        if (running == null) {
            return 0;
        }
        if (forcibly) {
            running.destroyForcibly();
        } else {
            running.destroy();
        }
        try {
            assertThat(running.waitFor(30, TimeUnit.SECONDS))
                    .as("the server ended")
                    .isTrue();
            return running.exitValue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the server to end", stopped);
        }
    }

    /** Asks it to stop, as an operator would, and does not wait for it. */
    void terminate() {
        Process running = process;
        if (running != null) {
            running.destroy();
        }
    }

    /** Waits until it has stopped by itself; returns the exit status. */
    int awaitExit() {
        awaitDeath();
        return process == null ? 0 : process.exitValue();
    }

    /** What it answers whoever asks whether it can serve. */
    int readiness() {
        return send("GET", "/health/ready", null, Map.of()).status();
    }

    /** The ids of all sandboxes that have not ended. */
    List<String> listIds() {
        List<String> ids = new ArrayList<>();
        send("GET", "/v1/sandboxes?pageSize=200", null, Map.of())
                .body()
                .path("items")
                .forEach(item -> ids.add(item.path("id").asText()));
        return ids;
    }

    /** How many files and sockets it has open. */
    int fileDescriptors() {
        String[] open = processDirectory().resolve("fd").toFile().list();
        return open == null ? 0 : open.length;
    }

    /** How many threads of the operating system it has. */
    int threads() {
        String[] tasks = processDirectory().resolve("task").toFile().list();
        return tasks == null ? 0 : tasks.length;
    }

    /** What the kernel has of it, as long as it runs. */
    ProcessResources resources() {
        return new ProcessResources(processDirectory());
    }

    private Path processDirectory() {
        return Path.of("/proc", Long.toString(Objects.requireNonNull(process).pid()));
    }

    void awaitDeath() {
        await("the server was killed")
                .atMost(Duration.ofSeconds(30))
                .until(() -> process != null && !process.isAlive());
    }

    Path log() {
        return data.resolve("server.log");
    }

    String readLog() {
        try {
            return Files.readString(log());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    Path dataDirectory() {
        return data.resolve("data");
    }

    Answer create(String body, String... headers) {
        Map<String, String> more = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            more.put(headers[i], headers[i + 1]);
        }
        return send("POST", "/v1/sandboxes", body, more);
    }

    Answer get(String id) {
        return send("GET", "/v1/sandboxes/" + id, null, Map.of());
    }

    Answer getIncludingEnded(String id) {
        return send("GET", "/v1/sandboxes/" + id + "?includeEnded=true", null, Map.of());
    }

    Answer delete(String id) {
        return send("DELETE", "/v1/sandboxes/" + id, null, Map.of());
    }

    /** Host and port, as clients of the public SDKs configure them. */
    String address() {
        return host + ":" + port;
    }

    /** Any request, with the API key. An answer without a body has an empty one. */
    Answer send(String method, String path, @Nullable String body, Map<String, String> headers) {
        HttpResponse<String> response = exchange(method, path, body, headers);
        try {
            return new Answer(response.statusCode(), JSON.readTree(response.body()), response);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What is answered, whatever it is. */
    String text(String method, String path) {
        return exchange(method, path, null, Map.of()).body();
    }

    /** Any request, with the API key, whose answer need not be JSON. */
    HttpResponse<String> exchange(String method, String path, @Nullable String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + address() + path))
                .timeout(Duration.ofSeconds(90))
                .header("OPEN-SANDBOX-API-KEY", API_KEY)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for an answer", stopped);
        }
    }

    @Override
    public void close() {
        kill();
        client.close();
    }
}
