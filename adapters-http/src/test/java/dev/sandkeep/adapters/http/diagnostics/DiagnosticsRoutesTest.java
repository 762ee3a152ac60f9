package dev.sandkeep.adapters.http.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.TestServer.Answer;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosticsRoutesTest {

    private static final String SECRET = "hunter2-hunter2";

    private final TestServer server = new TestServer();

    @AfterEach
    void close() {
        server.close();
    }

    /** Running, and having written this. */
    private SandboxId running(String... lines) {
        StringBuilder script = new StringBuilder();
        for (String line : lines) {
            script.append("echo ").append(line).append("; ");
        }
        Sandbox sandbox = Sandboxes.aSandbox(Specs.aSpec()
                .entrypoint("sh", "-c", script + "sleep 1000")
                .env("TOKEN", SECRET)
                .metadata("team", "blue"));
        server.runtime.addImage(Specs.IMAGE);
        server.runtime.launch(sandbox);
        server.repository.add(sandbox, null);
        server.repository.save(sandbox.started(Instant.now()));
        return sandbox.id();
    }

    private static String path(SandboxId id, String rest) {
        return "/v1/sandboxes/" + id + "/diagnostics/" + rest;
    }

    private JsonNode get(SandboxId id, String rest) {
        Answer answer = server.get(path(id, rest));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void aSmallLogIsPartOfTheAnswer() {
        SandboxId id = running("hello");

        JsonNode answer = get(id, "logs?scope=container");

        assertThat(answer.path("sandboxId").asText()).isEqualTo(id.value());
        assertThat(answer.path("kind").asText()).isEqualTo("logs");
        assertThat(answer.path("scope").asText()).isEqualTo("container");
        assertThat(answer.path("delivery").asText()).isEqualTo("inline");
        assertThat(answer.path("contentType").asText()).isEqualTo("text/plain;charset=utf-8");
        assertThat(answer.path("truncated").asBoolean()).isFalse();
        assertThat(answer.path("content").asText()).endsWith(" hello\n");
        assertThat(answer.path("contentLength").asInt())
                .isEqualTo(answer.path("content").asText().length());
        assertThat(answer.has("contentUrl")).isFalse();
    }

    @Test
    void aLargeLogIsFetchedFromAnAddressThatNeedsNoKey() {
        SandboxId id = running("x".repeat(2 * TestServer.INLINE_BYTES));
        JsonNode answer = get(id, "logs?scope=container");
        assertThat(answer.path("delivery").asText()).isEqualTo("url");
        assertThat(answer.has("content")).isFalse();
        assertThat(Instant.parse(answer.path("expiresAt").asText())).isAfter(Instant.now());
        String address = answer.path("contentUrl").asText();
        assertThat(address).startsWith("http://127.0.0.1:" + server.port() + "/v1/sandboxes/" + id + "/");
        String path = address.substring(address.indexOf("/v1/"));

        Answer content = server.send("GET", path, null);

        assertThat(content.status()).isEqualTo(200);
        assertThat(content.header("Content-Type")).isEqualTo("text/plain;charset=utf-8");
        assertThat(content.response().body())
                .hasSize(answer.path("contentLength").asInt())
                .contains("xxx");
    }

    @ParameterizedTest
    @CsvSource({
        "scope=container,scope=all",
        "kind=logs,kind=events",
        "expires=,expires=9",
        "signature=,signature=A",
        "kind=logs,kind=logs&kind=events",
        "/diagnostics/content,/audit",
        "-4,-5"
    })
    void anAddressThatIsChangedOpensNothing(String part, String other) {
        SandboxId id = running("x".repeat(2 * TestServer.INLINE_BYTES));
        String address = get(id, "logs?scope=container").path("contentUrl").asText();
        String path = address.substring(address.indexOf("/v1/"));

        assertThat(server.send("GET", path.replaceFirst(part, other), null).status())
                .isEqualTo(401);
        assertThat(server.send("GET", path + "&more=1", null).status()).isEqualTo(401);
    }

    @Test
    void anAddressOpensForAWhileOnly() {
        SandboxId id = running("hello");
        String query = "content?kind=logs&scope=container&expires=1000&signature="
                + TestServer.TOKENS.diagnostics(id.value(), "logs", "container", "1000");

        Answer refused = server.send("GET", path(id, query), null);

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.message()).contains("ask for the diagnostics again");
    }

    @Test
    void ofAnEndedSandboxTheKeptLogIsShown() {
        Sandbox ended = Sandboxes.aTerminatedSandbox();
        server.repository.add(ended, null);
        server.logs.keep(ended.id(), new LogExcerpt("2030-01-01T12:00:00Z the end\n", true));
        server.runtime.goAway();

        JsonNode answer = get(ended.id(), "logs?scope=process");

        assertThat(answer.path("content").asText()).isEqualTo("2030-01-01T12:00:00Z the end\n");
        assertThat(answer.path("truncated").asBoolean()).isTrue();
        assertThat(answer.path("warnings")).hasSize(1);
    }

    @Test
    void eventsAreOneObjectInEachLine() {
        SandboxId id = running();

        JsonNode answer = get(id, "events?scope=lifecycle");

        assertThat(answer.path("contentType").asText()).isEqualTo("application/x-ndjson");
        List<String> types = answer.path("content")
                .asText()
                .lines()
                .map(line -> Json.parse(line.getBytes(StandardCharsets.UTF_8))
                        .path("type")
                        .asText())
                .toList();
        assertThat(types).containsExactly("created", "state_changed");
    }

    @Test
    void everythingHasASectionForEachPart() {
        SandboxId id = running("hello");

        assertThat(get(id, "logs?scope=all").path("content").asText())
                .containsSubsequence(
                        "== container ==\n",
                        " hello\n",
                        "== lifecycle ==\n",
                        " created Pending (provisioning) by system: ",
                        "== runtime ==\nrunning\n",
                        "== network ==\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "logs?scope=",
                "logs?scope=x",
                "events?scope=ALL",
                "logs?scope=container&scope=all",
                "logs?scope=%00"
            })
    void anUnknownScopeIsRefusedWithThoseThereAre(String rest) {
        Answer refused = server.get(path(running(), rest));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message())
                .isEqualTo("scope: must be one of container, lifecycle, runtime, network, process, all");
    }

    @ParameterizedTest
    @ValueSource(strings = {"logs?scope=all", "events?scope=all", "logs", "events", "inspect", "summary"})
    void anUnknownSandboxHasNoDiagnostics(String rest) {
        assertThat(server.get(path(Sandboxes.anId(), rest)).code()).isEqualTo("SANDBOX_NOT_FOUND");
        assertThat(server.send("GET", path(Sandboxes.anId(), rest), null).status())
                .isEqualTo(401);
    }

    @Test
    void whileTheRuntimeIsAwayALiveLogCannotBeHad() {
        SandboxId id = running("hello");
        server.runtime.goAway();

        assertThat(server.get(path(id, "logs?scope=container")).code()).isEqualTo("RUNTIME_UNAVAILABLE");
        assertThat(server.get(path(id, "inspect")).response().body())
                .contains("state: Running", "runtime: the container runtime cannot be reached");
    }

    @Test
    void theOlderRoutesAnswerInTextAndSayThatTheyAreOld() {
        SandboxId id = running("one", "two", "three");
        for (String rest : List.of("logs", "events", "inspect", "summary")) {
            Answer answer = server.get(path(id, rest));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Deprecation")).isEqualTo("true");
            assertThat(answer.header("Content-Type")).isEqualTo("text/plain;charset=utf-8");
        }
        assertThat(server.get(path(id, "logs?tail=2")).response().body())
                .contains(" two\n", " three\n")
                .doesNotContain(" one\n");
        assertThat(server.get(path(id, "events?limit=1")).response().body())
                .contains("state_changed Running")
                .doesNotContain("created");
        assertThat(server.get(path(id, "summary?tail=1&event_limit=1"))
                        .response()
                        .body())
                .contains("state: Running", "metadata: {team=blue}", "network policy: ", " three\n", "== events ==")
                .doesNotContain(" two\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "logs?since=1s",
                "logs?since=5m",
                "logs?since=bad",
                "logs?since=%F0%9F%99%82",
                "logs?since=99999999999d"
            })
    void whatWasWrittenBeforeThatTimeIsLeftOut(String rest) {
        SandboxId id = running("future");
        server.logs.keep(id, new LogExcerpt("", false));

        assertThat(server.get(path(id, rest)).response().body())
                .as("the entry process wrote in 2030, after any of these times")
                .contains("future");
        assertThat(server.get(path(running(), rest)).response().body()).isEqualTo("(no logs)\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"logs?tail=0", "logs?tail=10001", "logs?tail=x", "events?limit=501", "summary?event_limit=-1"})
    void aNumberOutOfItsBoundsIsRefused(String rest) {
        assertThat(server.get(path(running(), rest)).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"logs?scope=all", "events?scope=all", "logs", "events", "inspect", "summary"})
    void noSecretIsShown(String rest) {
        SandboxId id = running();

        assertThat(server.get(path(id, rest)).response().body())
                .doesNotContain(SECRET)
                .doesNotContain("TOKEN")
                .doesNotContain(TestServer.TOKENS.egress(id.value()));
    }
}
