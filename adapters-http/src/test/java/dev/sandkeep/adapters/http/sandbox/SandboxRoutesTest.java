package dev.sandkeep.adapters.http.sandbox;

import static dev.sandkeep.adapters.http.TestServer.KEY;
import static dev.sandkeep.adapters.http.TestServer.MINIMAL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.TestServer.Answer;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.StatusReason;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxRoutesTest {

    private TestServer server;

    @BeforeEach
    void start() {
        server = new TestServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/sandboxes", "/sandboxes"})
    void aSandboxIsAcceptedReadListedAndDeleted(String path) {
        Answer created = server.post(path, MINIMAL);
        String id = created.body().path("id").asText();

        assertThat(created.status()).isEqualTo(202);
        assertThat(created.header("Location")).isEqualTo("/v1/sandboxes/" + id);
        assertThat(created.header("Content-Type")).isEqualTo("application/json");
        assertThat(created.body().path("status").path("state").asText()).isEqualTo("Pending");
        assertThat(created.body().has("image")).isFalse();
        assertThat(server.queue.submitted).containsExactly(new SandboxId(id));
        assertThat(server.get(path + "/" + id).body().path("image").path("uri").asText())
                .isEqualTo("python:3.11");
        assertThat(server.get(path).body().path("items")).hasSize(1);

        Answer deleted = delete(path + "/" + id);
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(deleted.response().body()).isEmpty();
        assertThat(delete(path + "/" + id).code()).isEqualTo("SANDBOX_NOT_FOUND");
        assertThat(server.get(path + "/" + id).status()).isEqualTo(404);
        assertThat(server.get(path + "/" + id + "?includeEnded=true")
                        .body()
                        .path("status")
                        .path("reason")
                        .asText())
                .isEqualTo("user_delete");
    }

    private Answer delete(String path) {
        return server.send("DELETE", path, null, "OPEN-SANDBOX-API-KEY", KEY);
    }

    @Test
    void whoPrefersToWaitGetsTheOutcome() {
        server.queue.provision(sandbox -> sandbox.started(Instant.now()));

        Answer created = server.post("/v1/sandboxes", MINIMAL, "Prefer", "wait=10");

        assertThat(created.status()).isEqualTo(202);
        assertThat(created.header("Preference-Applied")).isEqualTo("wait=10");
        assertThat(created.body().path("status").path("state").asText()).isEqualTo("Running");
    }

    @Test
    void aFailureIsToldTruthfullyToWhoWaits() {
        server.queue.provision(
                sandbox -> sandbox.provisioningFailed(StatusReason.IMAGE_PULL_FAILED, "no such image", Instant.now()));

        Answer created = server.post("/v1/sandboxes", MINIMAL, "Prefer", "respond-async, wait=900");

        assertThat(created.status()).isEqualTo(202);
        assertThat(created.header("Preference-Applied")).isEqualTo("wait=60");
        assertThat(created.body().path("status").toString())
                .contains("\"Failed\"", "\"image_pull_failed\"", "\"no such image\"");
    }

    @Test
    void whoDoesNotPreferToWaitIsAnsweredAtOnce() {
        Answer created = server.post("/v1/sandboxes", MINIMAL, "Prefer", "wait=0");

        assertThat(created.header("Preference-Applied")).isEmpty();
        assertThat(created.body().path("status").path("state").asText()).isEqualTo("Pending");
    }

    @Test
    void aRepeatedRequestGetsTheSameSandbox() {
        String reordered = "{\"entrypoint\":[\"python\"], \"resourceLimits\":{}, \"timeout\":600,\n"
                + "\"image\":{\"uri\":\"python:3.11\"}}";

        Answer first = server.post("/v1/sandboxes", MINIMAL, "Idempotency-Key", "k1");
        Answer again = server.post("/v1/sandboxes", reordered, "Idempotency-Key", "k1");
        Answer other = server.post("/v1/sandboxes", MINIMAL.replace("600", "601"), "Idempotency-Key", "k1");
        Answer somebodyElse = server.send(
                "POST", "/v1/sandboxes", MINIMAL, "Idempotency-Key", "k1", "OPEN-SANDBOX-API-KEY", "other-key");

        assertThat(again.status()).isEqualTo(202);
        assertThat(again.body().path("id")).isEqualTo(first.body().path("id"));
        assertThat(other).returns(409, Answer::status).returns("IDEMPOTENCY_KEY_REUSED", Answer::code);
        assertThat(somebodyElse.body().path("id")).isNotEqualTo(first.body().path("id"));
        assertThat(server.queue.submitted).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "ümlaut"})
    void aMalformedIdempotencyKeyIsRefused(String key) {
        String answer = server.raw("POST /v1/sandboxes HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "OPEN-SANDBOX-API-KEY: " + KEY + "\r\nIdempotency-Key: " + key + "\r\nContent-Length: "
                + MINIMAL.length() + "\r\n\r\n" + MINIMAL);

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("Idempotency-Key: must be");
    }

    @Test
    void metadataIsEchoedOnCreateAndLeftOutOfGetWhenEmpty() {
        Answer created = server.post("/v1/sandboxes", MINIMAL);

        assertThat(created.body().path("metadata").isObject()).isTrue();
        assertThat(server.get(created.header("Location")).body().has("metadata"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "UPPER",
                "5F3A0A8E-90B5-4D5C-9A8E-0123456789AB",
                "5f3a0a8e-90b5-1d5c-9a8e-0123456789ab",
                "..%2f..",
                "%F0%9F%92%A9"
            })
    void whatCannotBeAnIdIsNotFound(String id) {
        assertThat(server.get("/v1/sandboxes/" + id))
                .returns(404, Answer::status)
                .returns("SANDBOX_NOT_FOUND", Answer::code)
                .satisfies(answer -> assertThat(answer.message()).doesNotContain("UPPER"));
        assertThat(delete("/v1/sandboxes/" + id).status()).isEqualTo(404);
    }

    @Test
    void anUnknownSandboxIsNotFound() {
        assertThat(server.get("/v1/sandboxes/" + UUID.randomUUID())).returns("SANDBOX_NOT_FOUND", Answer::code);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json,202", "application/json; charset=utf-8,202", "Application/JSON,202",
        "application/merge-patch+json,202", "text/plain,400", "application/x-www-form-urlencoded,400",
        "application/jsonx,400", "multipart/form-data; boundary=x,400"
    })
    void onlyJsonIsRead(String type, int status) {
        assertThat(server.post("/v1/sandboxes", MINIMAL, "Content-Type", type).status())
                .isEqualTo(status);
    }

    @Test
    void aBodyThatIsNotJsonIsRefusedWithoutRepeatingIt() {
        assertThat(server.post("/v1/sandboxes", "{\"S3CRET\": S3CRET}"))
                .returns(400, Answer::status)
                .returns("INVALID_REQUEST", Answer::code)
                .satisfies(answer -> assertThat(answer.message()).doesNotContain("S3CRET", "jackson"));
    }

    @Test
    void listsPageFilterAndCount() {
        for (int i = 0; i < 3; i++) {
            server.post(
                    "/v1/sandboxes",
                    MINIMAL.replace("{\"image", "{\"metadata\":{\"n\":\"" + i + "\",\"team\":\"ml\"},\"image"));
        }

        JsonNode page =
                server.get("/v1/sandboxes?metadata=team%3Dml&page=2&pageSize=2").body();
        assertThat(page.path("items")).hasSize(1);
        assertThat(page.path("pagination").toString())
                .isEqualTo("{\"page\":2,\"pageSize\":2,\"totalItems\":3,\"totalPages\":2,\"hasNextPage\":false}");
        assertThat(server.get("/v1/sandboxes?metadata=team%3Dml%26n%3D1").body().path("items"))
                .hasSize(1);
        assertThat(server.get("/v1/sandboxes?state=pending&state=nonsense")
                        .body()
                        .path("items"))
                .hasSize(3);
        assertThat(server.get("/v1/sandboxes?state=nonsense").body().toString())
                .isEqualTo("{\"items\":[],\"pagination\":{\"page\":1,\"pageSize\":20,\"totalItems\":0,"
                        + "\"totalPages\":0,\"hasNextPage\":false}}");
        assertThat(server.get("/v1/sandboxes?pageSize=201"))
                .returns(400, Answer::status)
                .returns("INVALID_REQUEST", Answer::code);
        assertThat(server.get("/v1/sandboxes?metadata=team")).returns("INVALID_METADATA_FORMAT", Answer::code);
    }

    @Test
    void aRestrictivePolicyIsRefusedWhileItCannotBeEnforced() {
        String body = MINIMAL.replace("{\"image", "{\"networkPolicy\":{\"defaultAction\":\"deny\"},\"image");

        assertThat(server.post("/v1/sandboxes", body))
                .returns(400, Answer::status)
                .returns("NETWORK_POLICY_UNSUPPORTED", Answer::code);
    }

    @Test
    void whatTheRuntimeCannotDoIsRefused() {
        String body = MINIMAL.replace("\"resourceLimits\":{}", "\"resourceLimits\":{\"gpu\":\"1\"}");

        assertThat(server.post("/v1/sandboxes", body))
                .returns(409, Answer::status)
                .returns("UNSUPPORTED_BY_RUNTIME", Answer::code);
    }

    @Test
    void aTimeoutBeyondTheConfiguredOneIsRefused() {
        assertThat(server.post("/v1/sandboxes", MINIMAL.replace("600", "86401")))
                .returns(400, Answer::status)
                .satisfies(answer -> assertThat(answer.message()).startsWith("timeout: "));
    }

    @Test
    void aFullQueueAsksToComeBackLater() {
        server.queue.fill();

        assertThat(server.post("/v1/sandboxes", MINIMAL))
                .returns(429, Answer::status)
                .returns("TOO_MANY_REQUESTS", Answer::code)
                .returns("3", answer -> answer.header("Retry-After"));
    }

    @Test
    void anAbsentEngineAsksToComeBackLaterAndLeavesNothingBehind() {
        server.runtime.goAway();

        assertThat(server.post("/v1/sandboxes", MINIMAL))
                .returns(503, Answer::status)
                .returns("RUNTIME_UNAVAILABLE", Answer::code)
                .returns("5", answer -> answer.header("Retry-After"));
        assertThat(server.get("/v1/sandboxes").body().path("items")).isEmpty();
    }

    @Test
    void headAnswersLikeGetWithoutABody() {
        Answer head = server.send("HEAD", "/v1/sandboxes/" + UUID.randomUUID(), null, "OPEN-SANDBOX-API-KEY", KEY);

        assertThat(head.status()).isEqualTo(404);
        assertThat(head.response().body()).isEmpty();
    }
}
