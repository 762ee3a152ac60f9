package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.exitCode;
import static dev.sandkeep.adapters.http.exec.ExecClient.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Uses sessions of one sandbox as the public clients do, and deletes at the end those that it made. */
final class SessionClient implements AutoCloseable {

    /** The sandboxes of these tests are all this machine, and have its sessions in common. */
    static final String LOCK = "the sessions of this machine";

    final ExecClient client;
    private final List<String> made = new ArrayList<>();
    private final ExecutorService others = Executors.newVirtualThreadPerTaskExecutor();

    SessionClient(TestServer server) {
        this.client = ExecClient.running(server);
    }

    String create(String body) {
        TestServer.Answer answer = tryToCreate(body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return made.getLast();
    }

    TestServer.Answer tryToCreate(String body) {
        TestServer.Answer answer = client.send("POST", "/session", body);
        if (answer.status() == 200) {
            made.add(answer.body().path("session_id").asText());
        }
        return answer;
    }

    TestServer.Answer delete(String session) {
        return client.send("DELETE", "/session/" + session, null);
    }

    TestServer.Answer send(String session, Map<String, ?> request) {
        return client.send(
                "POST", "/session/" + session + "/run", new String(Json.write(request), StandardCharsets.UTF_8));
    }

    List<JsonNode> run(String session, String command) {
        TestServer.Answer answer = send(session, Map.of("command", command));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return ExecClient.events(answer);
    }

    List<String> output(String session, String command) {
        List<JsonNode> events = run(session, command);
        assertThat(exitCode(events)).as(events.toString()).isEqualTo("0");
        return texts(events, "stdout");
    }

    Future<List<JsonNode>> begin(String session, String command) {
        return others.submit(() -> run(session, command));
    }

    @Override
    public void close() {
        made.forEach(this::delete);
        others.close();
    }
}
