package dev.sandkeep.adapters.http.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.exec.FindRunningWork;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** When a sandbox was used last, and that use wakes it. */
@Isolated("The commands of the other tests would be work of its sandbox, too")
class ExecActivityTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final TestServer server = new TestServer();

    @AfterEach
    void close() {
        server.close();
    }

    private JsonNode extensions(ExecClient client) {
        return server.get("/v1/sandboxes/" + client.id).body().path("extensions");
    }

    @Test
    void aCommandIsAUseThatIsTold() {
        ExecClient client = ExecClient.running(server);
        Instant before = Instant.now().minusMillis(1);
        assertThat(extensions(client).has("last.activity")).isFalse();

        client.run("true");

        assertThat(Instant.parse(extensions(client).path("last.activity").asText()))
                .isBetween(before, Instant.now());
    }

    @Test
    void useWakesASandboxThatIsPausedWhileNobodyUsesIt() {
        ObjectNode request = (ObjectNode) Json.parse(TestServer.MINIMAL.getBytes(StandardCharsets.UTF_8));
        request.putObject("extensions").put("idle.timeout.seconds", "600");
        ExecClient client = ExecClient.running(server, request.toString());
        assertThat(server.post("/v1/sandboxes/" + client.id + "/pause", "").status())
                .isEqualTo(202);

        assertThat(ExecClient.texts(client.run("echo awake"), "stdout")).containsExactly("awake");

        assertThat(server.repository.find(client.sandbox()).orElseThrow().state())
                .isInstanceOf(SandboxState.Running.class);
    }

    @Test
    void aBackgroundCommandIsWorkUntilItEnds() {
        ExecClient client = ExecClient.running(server);
        FindRunningWork work = new FindRunningWork(server.shells);
        assertThat(work.isRunning(client.sandbox())).isFalse();

        String id = client.start("sleep 600");

        assertThat(work.isRunning(client.sandbox())).isTrue();
        client.send("DELETE", "/command?id=" + id, null);
        await().atMost(SOON).until(() -> !work.isRunning(client.sandbox()));
    }

    @Test
    void whatIsWrongIsNamedAtTheCreation() {
        ObjectNode request = (ObjectNode) Json.parse(TestServer.MINIMAL.getBytes(StandardCharsets.UTF_8));
        request.putObject("extensions").put("idle.timeout.seconds", "1").put("idle.action", "sleep");

        TestServer.Answer answer = server.post("/v1/sandboxes", request.toString());

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("extensions.idle.timeout.seconds", "extensions.idle.action");
    }
}
