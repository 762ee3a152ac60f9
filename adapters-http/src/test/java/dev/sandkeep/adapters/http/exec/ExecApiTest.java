package dev.sandkeep.adapters.http.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.domain.sandbox.StopCause;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every operation of the execution API that is documented. */
class ExecApiTest {

    private static final String BASE = "/v1/sandboxes/{sandboxId}/proxy/44772";
    private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";
    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final String BOUNDARY = "----boundary";

    /** What is sent where the document has no example, since it is no JSON. */
    private static final String FORM = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n"
            + "{\"path\": \"/tmp/never-written\"}\r\n--" + BOUNDARY
            + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--" + BOUNDARY + "--\r\n";

    /** One operation, with a request that is right. */
    record Operation(String method, String path, String body, String contentType, JsonNode answers) {}

    static final List<Operation> OPERATIONS = operations();
    static final List<Operation> GONE_WITH_THE_SANDBOX = answering("410");
    static final List<Operation> STOPPED_WITH_THE_SANDBOX = answering("503");

    private final TestServer server = new TestServer();

    @AfterEach
    void close() {
        server.codeContexts.close();
        server.close();
    }

    private static List<Operation> answering(String status) {
        return OPERATIONS.stream()
                .filter(operation -> operation.answers().has(status))
                .toList();
    }

    private static List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : document().path("paths").properties()) {
            if (path.getKey().startsWith(BASE)) {
                for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                    operations.add(operation(
                            path.getKey().substring(BASE.length()), operation.getKey(), operation.getValue()));
                }
            }
        }
        return operations;
    }

    private static Operation operation(String path, String method, JsonNode described) {
        StringBuilder query = new StringBuilder();
        described.path("parameters").forEach(parameter -> {
            String name = parameter.path("name").asText();
            if (parameter.path("in").asText().equals("query")
                    && (parameter.path("required").asBoolean() || name.equals("path"))) {
                query.append(query.isEmpty() ? "?" : "&")
                        .append(name)
                        .append('=')
                        .append(name.equals("language") ? "python" : name.equals("id") ? ID : "x");
            }
        });
        JsonNode content = described.path("requestBody").path("content");
        boolean form = content.has("multipart/form-data");
        JsonNode example = content.path("application/json").path("example");
        return new Operation(
                method.toUpperCase(Locale.ROOT),
                path.replace("{id}", ID) + query,
                form ? FORM : example.isMissingNode() ? "" : example.toString(),
                form ? "multipart/form-data; boundary=" + BOUNDARY : "application/json",
                described.path("responses"));
    }

    private static JsonNode document() {
        try (InputStream document = ExecApiTest.class.getResourceAsStream("/openapi.json")) {
            return Json.parse(document.readAllBytes());
        } catch (IOException failed) {
            throw new IllegalStateException("openapi.json cannot be read", failed);
        }
    }

    private TestServer.Answer send(Operation operation, String sandbox, String key) {
        return server.send(
                operation.method(),
                BASE.replace("{sandboxId}", sandbox) + operation.path(),
                operation.body().isEmpty() ? null : operation.body(),
                "OPEN-SANDBOX-API-KEY",
                key,
                "Content-Type",
                operation.contentType());
    }

    @Test
    void theDocumentHasTheApi() {
        assertThat(OPERATIONS).hasSizeGreaterThan(30);
        assertThat(GONE_WITH_THE_SANDBOX).hasSizeGreaterThan(28);
        assertThat(STOPPED_WITH_THE_SANDBOX).hasSizeGreaterThan(28);
    }

    @ParameterizedTest
    @FieldSource("OPERATIONS")
    void withoutTheTokenNobodyGetsIn(Operation operation) {
        TestServer.Answer answer = send(operation, ExecClient.running(server).id, "wrong");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("UNAUTHENTICATED");
    }

    @ParameterizedTest
    @FieldSource("OPERATIONS")
    void anUnknownSandboxIsNotFound(Operation operation) {
        TestServer.Answer answer = send(operation, UNKNOWN, TestServer.KEY);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isIn("SANDBOX_NOT_FOUND", "CONTEXT_NOT_FOUND");
    }

    @ParameterizedTest
    @FieldSource("GONE_WITH_THE_SANDBOX")
    void anEndedSandboxIsGone(Operation operation) {
        ExecClient client = ExecClient.running(server);
        server.repository.update(client.sandbox(), sandbox -> sandbox.beginStop(StopCause.USER_DELETE, Instant.now()));

        TestServer.Answer answer = send(operation, client.id, TestServer.KEY);

        assertThat(answer.status()).isEqualTo(410);
        assertThat(answer.code()).isEqualTo("SANDBOX_ENDED");
    }

    @ParameterizedTest
    @FieldSource("STOPPED_WITH_THE_SANDBOX")
    void aPausedSandboxMayBeTriedAgainLater(Operation operation) {
        ExecClient client = ExecClient.running(server);
        server.post("/v1/sandboxes/" + client.id + "/pause", "");

        TestServer.Answer answer = send(operation, client.id, TestServer.KEY);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("SANDBOX_NOT_REACHABLE");
        assertThat(answer.header("Retry-After")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        GET    | /command/0123456789abcdef0123456789abcdef/logs?cursor=-1 |                            | cursor
        GET    | /files/search                                            |                            | path
        POST   | /files/mv                                                | {}                         | body
        POST   | /files/permissions                                       | {"/tmp/a": {"mode": "rw"}} | mode
        POST   | /files/replace                                           | {"/tmp/a": {"new": "a"}}   | old
        GET    | /directories/list                                        |                            | path
        GET    | /directories/list?path=/tmp&depth=-1                     |                            | depth
        POST   | /directories                                             | {"/tmp/a": {"mode": 999}}  | mode
        POST   | /pty                                                     | {"command": 1}             | command
        GET    | /code/contexts?language=COBOL                            |                            | language
        """)
    void whatIsWrongIsNamed(String method, String path, String body, String field) {
        TestServer.Answer answer = ExecClient.running(server).send(method, path, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("INVALID_REQUEST");
        assertThat(answer.message()).contains(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/files?path=/tmp/nothing-is-here", "/directories?path=/tmp/nothing-is-here"})
    void whatAnswersNothingAnswersAtOnce(String path) {
        TestServer.Answer answer = ExecClient.running(server).send("DELETE", path, null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Length")).isEqualTo("0");
    }
}
