package dev.sandkeep.adapters.http.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the execution API of one running sandbox as the public clients do. */
final class ExecClient {

    final TestServer server;
    final String id;
    private final String token;

    private ExecClient(TestServer server, String id) {
        this.server = server;
        this.id = id;
        this.token = TestServer.TOKENS.access(id);
    }

    /** One that is still being made. */
    static ExecClient pending(TestServer server) {
        return new ExecClient(
                server,
                server.post("/v1/sandboxes", TestServer.MINIMAL)
                        .body()
                        .path("id")
                        .asText());
    }

    static ExecClient running(TestServer server) {
        return running(server, TestServer.MINIMAL);
    }

    /** One that was asked for like that. */
    static ExecClient running(TestServer server, String request) {
        ExecClient client = new ExecClient(
                server, server.post("/v1/sandboxes", request).body().path("id").asText());
        client.begin();
        return client;
    }

    SandboxId sandbox() {
        return SandboxId.find(id).orElseThrow();
    }

    /** It begins to run. */
    void begin() {
        server.runtime.addImage(ImageRef.parse("python:3.11"));
        Sandbox sandbox = server.repository.find(sandbox()).orElseThrow();
        server.runtime.launch(sandbox);
        server.repository.update(sandbox(), pending -> pending.started(Instant.now()));
    }

    String path(String rest) {
        return "/sandboxes/" + id + "/proxy/44772" + rest;
    }

    TestServer.Answer send(String method, String rest, @Nullable String body) {
        return server.send(method, path(rest), body, SandboxTokens.ACCESS_HEADER, token);
    }

    TestServer.Answer get(String rest) {
        return send("GET", rest, null);
    }

    TestServer.Answer command(Map<String, ?> request) {
        return send("POST", "/command", new String(Json.write(request), StandardCharsets.UTF_8));
    }

    /** The events of a command, as the strictest client reads them: a line of JSON, and an empty line. */
    List<JsonNode> run(String command) {
        return events(command(Map.of("command", command)));
    }

    static List<JsonNode> events(TestServer.Answer answer) {
        return Arrays.stream(answer.response().body().split("\n\n", -1))
                .filter(line -> !line.isEmpty())
                .map(line -> Json.parse(line.getBytes(StandardCharsets.US_ASCII)))
                .toList();
    }

    static List<String> texts(List<JsonNode> events, String type) {
        return events.stream()
                .filter(event -> event.path("type").asText().equals(type))
                .map(event -> event.path("text").asText())
                .toList();
    }

    static String exitCode(List<JsonNode> events) {
        JsonNode last = events.getLast();
        return last.path("type").asText().equals("execution_complete")
                ? "0"
                : last.path("error").path("evalue").asText();
    }

    String start(String command) {
        TestServer.Answer answer = command(Map.of("command", command, "background", true));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return texts(events(answer), "init").getFirst();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
