package dev.sandkeep.adapters.http.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done in a sandbox is in its audit trail. */
class ExecAuditTest {

    private final TestServer server = new TestServer();
    private final ExecClient client = ExecClient.running(server);

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        server.codeContexts.close();
        server.close();
    }

    private List<JsonNode> trail() {
        server.audit.write();
        JsonNode items =
                server.get("/v1/sandboxes/" + client.id + "/audit").body().path("items");
        return StreamSupport.stream(items.spliterator(), false)
                .filter(entry -> entry.path("type").asText().equals("executed"))
                .toList();
    }

    private TestServer.Answer post(String path, Map<String, ?> body) {
        return server.post("/v1" + client.path(path), new String(Json.write(body), StandardCharsets.UTF_8));
    }

    @Test
    void anExecutionIsPutDownToTheKeyAndTheRequest() {
        TestServer.Answer answer = post("/command", Map.of("command", "echo hello"));

        assertThat(trail()).singleElement().satisfies(entry -> {
            assertThat(entry.path("message").asText())
                    .matches("Command [0-9a-f]{32} runs: echo hello")
                    .contains(
                            ExecClient.texts(ExecClient.events(answer), "init").getFirst());
            assertThat(entry.path("actor").path("kind").asText()).isEqualTo("api_key");
            assertThat(entry.path("actor").path("name").asText()).isEqualTo("default");
            assertThat(entry.path("actor").path("requestId").asText()).isEqualTo(answer.header("X-Request-ID"));
        });
    }

    @Test
    void commandsCodeAndChangesAreNotedAndReadsAreNot() {
        String file = directory.resolve("a").toString();
        client.start("true");
        post("/code", Map.of("code", "1", "context", Map.of("language", "python")));
        post("/directories", Map.of(directory + "/new", Map.of("mode", 755)));
        client.get("/directories/list?path=" + directory);
        client.get("/files/info?path=" + directory);
        post("/files/mv", List.of(Map.of("src", directory + "/new", "dest", file)));
        post("/files/permissions", Map.of(file, Map.of("mode", 700)));
        client.send("DELETE", "/directories?path=" + file, null);

        assertThat(trail())
                .extracting(entry -> entry.path("message").asText().replaceAll("[0-9a-f]{32}", "ID"))
                .containsExactly(
                        "Command ID runs in the background: true",
                        "Code in python runs in context ID: 1",
                        "Directories are made: " + directory + "/new",
                        "Files are moved: " + directory + "/new to " + file,
                        "Permissions are changed: " + file,
                        "Directories are deleted: " + file);
    }

    private TestServer.Answer post(String path, List<?> body) {
        return server.post("/v1" + client.path(path), new String(Json.write(body), StandardCharsets.UTF_8));
    }

    @Test
    void whoCameWithTheTokenIsToldSo() {
        client.run("true");

        assertThat(trail().getFirst().path("actor").path("kind").asText()).isEqualTo("sandbox_token");
    }
}
