package dev.sandkeep.bootstrap.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The execution API of one sandbox, used as its clients use it. */
final class ExecApi implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BOUNDARY = "b0undary";

    private final String base;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ExecApi(ServerProcess server, String sandbox) {
        this.base = "http://" + server.address() + "/sandboxes/" + sandbox + "/proxy/44772";
    }

    /**
     * What came of a command.
     *
     * @param exitCode as the public clients read it, or empty if the command was refused
     * @param problem code and message of the refusal
     */
    record Ran(int status, String id, String out, String err, String exitCode, String problem) {}

    /** An answer whose body fits into memory. */
    record Answer(int status, String body) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException invalid) {
                throw new UncheckedIOException(invalid);
            }
        }
    }

    Ran run(String command) {
        return run(Map.of("command", command));
    }

    Ran run(Map<String, ?> command) {
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();
        StringBuilder id = new StringBuilder();
        StringBuilder exit = new StringBuilder();
        StringBuilder problem = new StringBuilder();
        HttpResponse<InputStream> response = stream("POST", "/command", json(command));
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    continue;
                }
                JsonNode event = JSON.readTree(line);
                switch (event.path("type").asText()) {
                    case "init" -> id.append(event.path("text").asText());
                    case "stdout" -> out.append(event.path("text").asText()).append('\n');
                    case "stderr" -> err.append(event.path("text").asText()).append('\n');
                    case "execution_complete" -> exit.append('0');
                    case "error" ->
                        exit.append(event.path("error").path("evalue").asText());
                    case "ping" -> {}
                    default ->
                        problem.append(event.path("code").asText())
                                .append(": ")
                                .append(event.path("message").asText());
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return new Ran(
                response.statusCode(),
                id.toString(),
                out.toString(),
                err.toString(),
                exit.toString(),
                problem.toString());
    }

    /** Writes a file of any length, given as it is sent. */
    Answer upload(String path, InputStream content) {
        byte[] head = ("--" + BOUNDARY
                        + "\r\nContent-Disposition: form-data; name=\"metadata\"; filename=\"metadata\"\r\n"
                        + "Content-Type: application/json\r\n\r\n{\"path\":\"" + path + "\"}\r\n--" + BOUNDARY
                        + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n"
                        + "Content-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        byte[] tail = ("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8);
        InputStream whole = new SequenceInputStream(Collections.enumeration(
                List.of(new ByteArrayInputStream(head), content, new ByteArrayInputStream(tail))));
        return answer(send(
                request("/files/upload")
                        .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                        .POST(BodyPublishers.ofInputStream(() -> whole)),
                BodyHandlers.ofString()));
    }

    Answer upload(String path, String content) {
        return upload(path, new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
    }

    HttpResponse<InputStream> download(String path) {
        return stream("GET", "/files/download?path=" + encoded(path), "");
    }

    Answer get(String path) {
        return answer(send(request(path).GET(), BodyHandlers.ofString()));
    }

    Answer delete(String path) {
        return answer(send(request(path).DELETE(), BodyHandlers.ofString()));
    }

    Answer post(String path, Object body) {
        return answer(send(request(path).POST(BodyPublishers.ofString(json(body))), BodyHandlers.ofString()));
    }

    /** An answer that is read while it comes. */
    HttpResponse<InputStream> stream(String method, String path, String body) {
        return send(
                request(path).method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)),
                BodyHandlers.ofInputStream());
    }

    /** What was seen at a terminal, and the exit code of its shell; -1 if none was started, but {@code seen} says why. */
    record Sitting(String seen, int exitCode) {}

    /** Types something at a terminal, and waits for its end. */
    Sitting sit(String terminal, String typed) {
        StringBuilder seen = new StringBuilder();
        StringBuilder message = new StringBuilder();
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        WebSocket socket = client.newWebSocketBuilder()
                .header("OPEN-SANDBOX-API-KEY", ServerProcess.API_KEY)
                .buildAsync(
                        URI.create(base.replaceFirst("http", "ws") + "/pty/" + terminal + "/ws"),
                        new WebSocket.Listener() {
                            @Override
                            public @Nullable CompletionStage<?> onBinary(
                                    WebSocket from, ByteBuffer data, boolean last) {
                                seen.append(StandardCharsets.UTF_8.decode(data));
                                from.request(1);
                                return null;
                            }

                            @Override
                            public @Nullable CompletionStage<?> onText(
                                    WebSocket from, CharSequence data, boolean last) {
                                message.append(data);
                                if (last) {
                                    JsonNode told = new Answer(0, message.toString()).json();
                                    message.setLength(0);
                                    if (told.path("type").asText().equals("error")) {
                                        seen.append(told);
                                        exit.complete(-1);
                                    } else if (told.path("type").asText().equals("exit")) {
                                        exit.complete(told.path("exit_code").asInt());
                                    }
                                }
                                from.request(1);
                                return null;
                            }

                            @Override
                            public void onError(WebSocket from, Throwable error) {
                                exit.completeExceptionally(error);
                            }
                        })
                .join();
        var _ = socket.sendText(json(Map.of("type", "stdin", "data", typed)), true)
                .join();
        int code = exit.orTimeout(60, TimeUnit.SECONDS).join();
        return new Sitting(seen.toString(), code);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException invalid) {
            throw new UncheckedIOException(invalid);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofMinutes(10))
                .header("OPEN-SANDBOX-API-KEY", ServerProcess.API_KEY);
    }

    private static Answer answer(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.body());
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request.build(), handler);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for an answer", stopped);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
