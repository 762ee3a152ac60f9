package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.events;
import static dev.sandkeep.adapters.http.exec.ExecClient.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.json.Json;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests have in common in which real interpreters of this machine run code. */
abstract class CodeOnThisMachine {

    static final Duration SOON = Duration.ofSeconds(20);

    final TestServer server = new TestServer();
    final ExecClient client = ExecClient.running(server);

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        server.codeContexts.close();
        server.close();
    }

    /** This machine stands for the sandbox. */
    static void requireInterpreter(String language) {
        String program = Map.of("python", "python3", "javascript", "node").getOrDefault(language, "sh");
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program))),
                "there is no " + program + " here");
    }

    final List<JsonNode> run(String language, String code) {
        requireInterpreter(language);
        return runIn(Map.of("language", language), code);
    }

    final List<JsonNode> runIn(Map<String, ?> context, String code) {
        TestServer.Answer answer = post("/code", Map.of("code", code, "context", context));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return events(answer);
    }

    final TestServer.Answer post(String path, Map<String, ?> body) {
        return client.send("POST", path, new String(Json.write(body), StandardCharsets.UTF_8));
    }

    final String create(String language) {
        requireInterpreter(language);
        TestServer.Answer answer = post("/code/context", Map.of("language", language));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.body().path("id").asText();
    }

    static String output(List<JsonNode> events, String type) {
        return String.join("", texts(events, type));
    }

    static JsonNode error(List<JsonNode> events) {
        assertThat(events.getLast().path("type").asText()).as(events.toString()).isEqualTo("error");
        return events.getLast().path("error");
    }

    static JsonNode result(List<JsonNode> events) {
        return events.stream()
                .filter(event -> event.path("type").asText().equals("result"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no result in " + events))
                .path("results");
    }

    static List<String> types(List<JsonNode> events) {
        return events.stream()
                .map(event -> event.path("type").asText())
                .filter(type -> !type.equals("ping"))
                .toList();
    }
}
