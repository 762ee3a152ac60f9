package dev.sandkeep.bootstrap.process;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A try, as a process in a container, of one thing that a network policy has a say in. What it can try: probe.py. */
final class Probe implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROGRAM = program();

    private final Runnable end;
    private final BufferedReader output;

    /**
     * One that goes on.
     *
     * @param output what it says
     * @param end stops listening to it
     */
    Probe(InputStream output, Runnable end) {
        this.output = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8));
        this.end = end;
    }

    /** The command that tries it, for example as the entrypoint of a sandbox. */
    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of("python3", "-c", PROGRAM));
        command.addAll(List.of(arguments));
        return command;
    }

    /** What became of it, in words. */
    static String of(String engine, String container, String... arguments) {
        try (Probe probe = begin(engine, container, arguments)) {
            return probe.lastLine();
        }
    }

    /** Starts one that goes on. */
    static Probe begin(String engine, String container, String... arguments) {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try {
            String id = JSON.readTree(post(
                            client,
                            engine + "/containers/" + container + "/exec",
                            Map.of("Cmd", command(arguments), "AttachStdout", true, "AttachStderr", true, "Tty", true)))
                    .path("Id")
                    .asText();
            InputStream output = post(client, engine + "/exec/" + id + "/start", Map.of("Detach", false, "Tty", true));
            return new Probe(output, client::shutdownNow);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static InputStream post(HttpClient client, String url, Map<String, Object> body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofInputStream())
                    .body();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while asking the engine", stopped);
        }
    }

    /** Returns when it has said so. */
    Probe awaitLine(String line) {
        await("the probe says " + line).atMost(Duration.ofSeconds(20)).until(() -> line.equals(output.readLine()));
        return this;
    }

    /** What it says at last; an empty text if it was killed before. */
    String lastLine() {
        return output.lines().reduce("", (_, line) -> line);
    }

    private static String program() {
        try (InputStream resource = Probe.class.getResourceAsStream("probe.py")) {
            if (resource == null) {
                throw new IllegalStateException("probe.py is not among the resources of the tests");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void close() {
        end.run();
    }
}
