package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Commands in one sandbox of a server, as clients without an SDK run them, and what the engine has of their processes. */
final class SandboxCommands {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(60);

    private final ServerProcess server;
    private final EngineView engine;
    private final String id;

    private SandboxCommands(ServerProcess server, EngineView engine, String id) {
        this.server = server;
        this.engine = engine;
        this.id = id;
    }

    /** In a new sandbox that does nothing by itself. */
    static SandboxCommands inNewSandbox(ServerProcess server, EngineView engine, String image) {
        ServerProcess.Answer created = server.create("""
                {"image": {"uri": "%s"}, "timeout": 3600, "resourceLimits": {}, "entrypoint": ["sleep", "3600"]}""".formatted(image), "Prefer", "wait=60");
        assertThat(created.state()).as(() -> created.body().toString()).isEqualTo("Running");
        return new SandboxCommands(server, engine, created.id());
    }

    /**
     * How a command ended.
     *
     * @param output what it wrote on its standard output, by lines
     */
    record Result(String id, List<String> output, int exitCode) {}

    String sandbox() {
        return id;
    }

    HttpResponse<String> post(String path, Map<String, ?> body) {
        try {
            return server.exchange("POST", path(path), JSON.writeValueAsString(body), Map.of());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A map of texts could not be written", impossible);
        }
    }

    HttpResponse<String> send(String method, String path) {
        return server.exchange(method, path(path), null, Map.of());
    }

    private String path(String rest) {
        return "/sandboxes/" + id + "/proxy/44772" + rest;
    }

    Result run(String command) {
        return result(post("/command", Map.of("command", command)));
    }

    static Result result(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<JsonNode> events = new ArrayList<>();
        for (String line : answer.body().split("\n\n", -1)) {
            if (!line.isEmpty()) {
                events.add(parse(line));
            }
        }
        JsonNode last = events.getLast();
        boolean completed = last.path("type").asText().equals("execution_complete");
        assertThat(completed || last.path("type").asText().equals("error"))
                .as("the last event: " + last)
                .isTrue();
        return new Result(
                events.getFirst().path("text").asText(),
                output(events),
                completed ? 0 : last.path("error").path("evalue").asInt(-1));
    }

    private static List<String> output(List<JsonNode> events) {
        return events.stream()
                .filter(event -> event.path("type").asText().equals("stdout"))
                .map(event -> event.path("text").asText())
                .toList();
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException malformed) {
            throw new IllegalStateException("No JSON: " + text, malformed);
        }
    }

    /** Starts one in the background; returns its id. */
    String start(String command) {
        return result(post("/command", Map.of("command", command, "background", true)))
                .id();
    }

    JsonNode status(String command) {
        return parse(send("GET", "/command/status/" + command).body());
    }

    String log(String command) {
        return send("GET", "/command/" + command + "/logs").body();
    }

    /** Does something in the sandbox without the server, and does not wait for it. */
    void behindTheServersBack(String script) {
        String exec = engine.ask("POST", "/containers/sandkeep-" + id + "/exec", """
                        {"Cmd": ["sh", "-c", "%s"]}""".formatted(script))
                .path("Id")
                .asText();
        engine.ask("POST", "/exec/" + exec + "/start", "{\"Detach\": true}");
    }

    /** The processes whose command line, arguments separated by spaces, is like this; as the host numbers them. */
    List<ProcessHandle> processes(String pattern) {
        JsonNode top = engine.ask("GET", "/containers/sandkeep-" + id + "/top");
        List<ProcessHandle> found = new ArrayList<>();
        for (JsonNode process : top.path("Processes")) {
            if (process.path(process.size() - 1).asText().matches("(?s)" + pattern)) {
                ProcessHandle.of(process.path(1).asLong()).ifPresent(found::add);
            }
        }
        return found;
    }

    /** The shells that have nothing to do yet. */
    List<ProcessHandle> waitingShells() {
        return processes("sh");
    }

    void awaitWaitingShells(int count) {
        await("the shells that wait are " + count)
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> waitingShells().size() == count);
    }
}
