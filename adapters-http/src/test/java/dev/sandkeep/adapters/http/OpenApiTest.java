package dev.sandkeep.adapters.http;

import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sandkeep.adapters.http.error.ErrorCode;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxEvent;
import dev.sandkeep.domain.sandbox.SandboxState;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.domain.snapshot.DiskUse;
import dev.sandkeep.domain.snapshot.SnapshotReason;
import dev.sandkeep.domain.snapshot.SnapshotState;
import io.javalin.Javalin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The document and the server say the same: routes, methods, fields, words. */
class OpenApiTest {

    private static final JsonNode DOCUMENT = read();
    private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";

    /** A request with every field there is. */
    private static final String FULL = """
            {"image": {"uri": "python:3.11"}, "platform": {"os": "linux", "arch": "amd64"}, "timeout": 600,
             "resourceLimits": {"cpu": "1"}, "entrypoint": ["python"], "env": {"A": "b"}, "metadata": {"name": "x"},
             "networkPolicy": {"defaultAction": "allow", "egress": [{"action": "allow", "target": "example.com"}]},
             "volumes": [{"name": "data", "mountPath": "/data", "readOnly": true, "subPath": "a",
                          "pvc": {"claimName": "data", "createIfNotExists": true,
                                  "deleteOnSandboxTermination": true}}],
             "extensions": {"a": "b"}}""";

    /** Where the public specification of execution has no HEAD. */
    private static final String EXECUTION = "/proxy/44772/";

    private static final String UNUSED_METHOD = "OPTIONS";
    /** Handed on to a sandbox, whatever the method. */
    private static final String PROXIED = "/v1/sandboxes/{sandboxId}/proxy/{port}/{rest}";

    static final List<String> PATHS =
            names(DOCUMENT.path("paths")).filter(path -> !path.equals(PROXIED)).toList();
    static final List<String> PROXIED_METHODS =
            names(DOCUMENT.path("paths").path(PROXIED)).toList();

    private final TestServer server = new TestServer();

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @FieldSource("PATHS")
    void aPathHasTheMethodsThatAreDocumentedAndNoOthers(String path) {
        Set<String> documented = names(DOCUMENT.path("paths").path(path))
                .map(method -> method.toUpperCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        if (documented.contains("GET") && !path.contains(EXECUTION)) {
            documented.add("HEAD");
        }

        TestServer.Answer refused =
                server.send(UNUSED_METHOD, concrete(path), "{}", "OPEN-SANDBOX-API-KEY", TestServer.KEY);

        assertThat(refused.status()).isEqualTo(405);
        assertThat(Set.of(refused.header("Allow").split(", "))).containsExactlyInAnyOrderElementsOf(documented);
    }

    @ParameterizedTest
    @FieldSource("PATHS")
    void everyRouteOfTheApiIsServedWithoutItsPrefixToo(String path) {
        String without = concrete(path).replaceFirst("^/v1", "");

        TestServer.Answer refused = server.send(UNUSED_METHOD, without, "{}", "OPEN-SANDBOX-API-KEY", TestServer.KEY);

        assertThat(refused.status()).isEqualTo(405);
    }

    /** But WebSockets, which such a document cannot describe. */
    @Test
    void everyRouteThatIsServedIsDocumented() {
        Set<String> documented = names(DOCUMENT.path("paths"))
                .flatMap(path -> names(DOCUMENT.path("paths").path(path))
                        .map(method -> method.toUpperCase(Locale.ROOT) + " " + shape(path)))
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> served = Javalin.create(settings -> server.served.forEach(some -> some.addTo(settings.routes)))
                .unsafe
                .internalRouter
                .allHttpHandlers()
                .stream()
                .map(handler -> handler.endpoint.method.name() + " " + shape(handler.endpoint.path))
                .filter(route ->
                        !route.startsWith("HEAD ") && !route.startsWith("WEBSOCKET") && !route.startsWith("GET /docs/"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented).containsAll(served);
        assertThat(served).hasSizeGreaterThan(PATHS.size());
    }

    /** Without the version, and without what stands for a value. */
    private static String shape(String path) {
        return path.replaceFirst("^/v1", "")
                .replaceAll("/proxy/(\\d+|\\{port})/", "/proxy/{}/")
                .replaceAll("[{<][^}>]*[}>]", "{}");
    }

    @ParameterizedTest
    @FieldSource("PROXIED_METHODS")
    void whatIsHandedOnToASandboxIsHandedOnWithEveryDocumentedMethod(String method) {
        for (String prefix : List.of("", "/v1")) {
            String path = prefix + "/sandboxes/" + UNKNOWN + "/proxy/8000/x/y";

            TestServer.Answer answer =
                    server.send(method.toUpperCase(Locale.ROOT), path, null, "OPEN-SANDBOX-API-KEY", TestServer.KEY);

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.response().body())
                    .contains(method.equals("head") ? "" : ErrorCode.SANDBOX_NOT_FOUND.name());
        }
    }

    @Test
    void aCreatedSandboxHasTheFieldsThatAreDocumented() {
        TestServer.Answer created = server.post("/v1/sandboxes", FULL);

        assertThat(created.status()).isEqualTo(202);
        assertConforms(created.body(), schema("CreateSandboxResponse"), "created");
    }

    @Test
    void aSandboxAndAListHaveTheFieldsThatAreDocumented() {
        String id = server.post("/v1/sandboxes", FULL).body().path("id").asText();

        JsonNode sandbox = server.get("/v1/sandboxes/" + id).body();

        assertConforms(sandbox, schema("Sandbox"), "sandbox");
        Set<String> never = Set.of("exitCode", "snapshotId");
        assertThat(names(sandbox))
                .as("every documented field shows up for a sandbox that has everything")
                .containsExactlyInAnyOrderElementsOf(names(schema("Sandbox").path("properties"))
                        .filter(field -> !never.contains(field))
                        .toList());
        assertConforms(server.get("/v1/sandboxes").body(), schema("SandboxList"), "list");
        server.post("/v1/sandboxes", FULL);
        assertConforms(server.get("/v1/sandboxes?pageSize=1").body(), schema("SandboxList"), "first page");
    }

    @Test
    void aRenewalHasTheFieldsThatAreDocumented() {
        String id = server.post("/v1/sandboxes", FULL).body().path("id").asText();
        String soon = Instant.now().plusSeconds(60).toString();

        TestServer.Answer renewed =
                server.post("/v1/sandboxes/" + id + "/renew-expiration", "{\"expiresAt\":\"" + soon + "\"}");

        assertThat(renewed.status()).isEqualTo(200);
        assertConforms(renewed.body(), schema("Renewal"), "renewal");
    }

    @Test
    void anErrorHasTheFieldsThatAreDocumented() {
        assertConforms(server.get("/v1/sandboxes/" + UNKNOWN).body(), schema("Error"), "error");
    }

    @Test
    void anEventHasTheFieldsThatAreDocumented() {
        String id = server.post("/v1/sandboxes", FULL).body().path("id").asText();

        assertConforms(server.get("/v1/sandboxes/" + id + "/audit").body(), schema("AuditTrail"), "trail");
        assertThat(words("Event", "type")).isEqualTo(words(SandboxEvent.Kind.values(), SandboxEvent.Kind::word));
    }

    @Test
    void diagnosticsHaveTheFieldsThatAreDocumented() {
        String id = server.post("/v1/sandboxes", FULL).body().path("id").asText();
        String path = "/v1/sandboxes/" + id + "/diagnostics/";

        assertConforms(server.get(path + "events?scope=all").body(), schema("Diagnostics"), "events");
        assertConforms(server.get(path + "logs?scope=all").body(), schema("Diagnostics"), "logs");
    }

    @Test
    void theWordsForErrorsStatesAndReasonsAreDocumented() {
        assertThat(words("Error", "code")).isEqualTo(words(ErrorCode.values(), ErrorCode::name));
        assertThat(ErrorCode.values())
                .allSatisfy(code ->
                        assertThat(DOCUMENT.at("/info/description").asText()).contains("| `" + code + "` | "));
        assertThat(enumOf(schema("SandboxState")))
                .isEqualTo(words(SandboxState.Kind.values(), SandboxState.Kind::word));
        assertThat(words("SandboxStatus", "reason")).isEqualTo(words(StatusReason.values(), StatusReason::word));
    }

    @Test
    void aSnapshotAndAListHaveTheFieldsThatAreDocumented() {
        Sandbox sandbox = aRunningSandbox();
        server.repository.add(sandbox, null);
        String id = server.post("/v1/sandboxes/" + sandbox.id() + "/snapshots", "{\"name\":\"first\"}")
                .body()
                .path("id")
                .asText();
        server.snapshots.update(
                new SnapshotId(id), snapshot -> snapshot.saved(new DiskUse(2, 1), snapshot.createdAt()));

        JsonNode snapshot = server.get("/v1/snapshots/" + id).body();

        assertConforms(snapshot, schema("Snapshot"), "snapshot");
        assertThat(names(snapshot))
                .containsExactlyInAnyOrderElementsOf(
                        names(schema("Snapshot").path("properties")).toList());
        assertConforms(server.get("/v1/snapshots").body(), schema("SnapshotList"), "list");
        assertThat(enumOf(schema("SnapshotState")))
                .isEqualTo(words(SnapshotState.Kind.values(), SnapshotState.Kind::word));
        assertThat(words("SnapshotStatus", "reason")).isEqualTo(words(SnapshotReason.values(), SnapshotReason::word));
    }

    static final List<String> REQUEST_FIELDS =
            names(schema("CreateSandboxRequest").path("properties")).toList();

    /** A field that the server did not know, it would pass over. */
    @ParameterizedTest
    @FieldSource("REQUEST_FIELDS")
    void everyDocumentedRequestFieldIsUnderstood(String field) {
        ObjectNode body = (ObjectNode) Json.parse(FULL.getBytes(StandardCharsets.UTF_8));
        body.put(field, true);

        TestServer.Answer refused = server.post("/v1/sandboxes", body.toString());

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).contains(field);
    }

    private static String concrete(String path) {
        return path.replace("{sandboxId}", UNKNOWN)
                .replace("{port}", "18080")
                .replace("{snapshotId}", UNKNOWN)
                .replace("{id}", UNKNOWN);
    }

    /** Required fields are there, and no field is there that is not documented, at any depth. */
    private static void assertConforms(JsonNode value, JsonNode schema, String where) {
        JsonNode resolved = resolve(schema);
        if (value.isArray()) {
            value.forEach(item -> assertConforms(item, resolved.path("items"), where + "[]"));
        } else if (value.isObject() && resolved.has("properties")) {
            resolved.path("required")
                    .forEach(field -> assertThat(value.has(field.asText()))
                            .as(where + "." + field.asText())
                            .isTrue());
            names(value).forEach(field -> {
                assertThat(resolved.path("properties").has(field))
                        .as(where + "." + field)
                        .isTrue();
                assertConforms(value.path(field), resolved.path("properties").path(field), where + "." + field);
            });
        }
    }

    private static JsonNode resolve(JsonNode schema) {
        JsonNode target = schema.has("allOf") ? schema.path("allOf").path(0) : schema;
        return target.has("$ref") ? DOCUMENT.at(target.path("$ref").asText().substring(1)) : target;
    }

    private static JsonNode schema(String name) {
        return DOCUMENT.path("components").path("schemas").path(name);
    }

    private static Set<String> words(String schema, String property) {
        return enumOf(resolve(schema(schema).path("properties").path(property)));
    }

    private static Set<String> enumOf(JsonNode schema) {
        Set<String> words = new TreeSet<>();
        schema.path("enum").forEach(word -> words.add(word.asText()));
        return words;
    }

    private static <E> Set<String> words(E[] values, Function<E, String> word) {
        return Arrays.stream(values).map(word).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> names(JsonNode object) {
        return object.propertyStream().map(Map.Entry::getKey);
    }

    private static JsonNode read() {
        try (InputStream document = OpenApiTest.class.getResourceAsStream("/openapi.json")) {
            return Json.parse(document.readAllBytes());
        } catch (IOException failed) {
            throw new IllegalStateException("openapi.json cannot be read", failed);
        }
    }
}
