package dev.sandkeep.adapters.http.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.application.port.RuntimeCapability;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The policy API as clients of the public specification use it. */
class NetworkRoutesTest {

    private static final String KEY_HEADER = "OPEN-SANDBOX-API-KEY";
    private static final String TOKEN_HEADER = "OPENSANDBOX-EGRESS-AUTH";
    private static final String DENY_BUT_PYPI = """
            {"defaultAction": "deny", "egress": [{"action": "allow", "target": "pypi.org"}]}""";

    private final TestServer server = new TestServer();
    private String id = "";
    private String token = "";

    @BeforeEach
    void aSandbox() {
        server.runtime.addCapability(RuntimeCapability.NETWORK_POLICY);
        id = create();
        token = server.get(path("/endpoints/18080"))
                .body()
                .path("headers")
                .path(TOKEN_HEADER)
                .asText();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private String create() {
        return server.post("/v1/sandboxes", """
                {"image": {"uri": "python:3.11"}, "timeout": 600, "resourceLimits": {}, "entrypoint": ["python"]}""").body().path("id").asText();
    }

    private String path(String rest) {
        return "/v1/sandboxes/" + id + rest;
    }

    private TestServer.Answer policy(String method, String body) {
        return server.send(method, path("/proxy/18080/policy"), body, TOKEN_HEADER, token);
    }

    private JsonNode current() {
        return server.send("GET", path("/proxy/18080/policy"), null, TOKEN_HEADER, token)
                .body();
    }

    @Test
    void theEndpointIsARouteThroughTheServerWithoutThePrefix() {
        JsonNode endpoint = server.get(path("/endpoints/18080")).body();

        assertThat(endpoint.path("endpoint").asText())
                .isEqualTo("127.0.0.1:" + server.port() + "/sandboxes/" + id + "/proxy/18080");
        assertThat(token).hasSize(32).matches("[A-Za-z0-9_=-]+");
        assertThat(server.send("GET", "/sandboxes/" + id + "/proxy/18080/policy", null, TOKEN_HEADER, token)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aSandboxWithoutAPolicyMayReachEverything() {
        assertThat(current().path("mode").asText()).isEqualTo("allow_all");
        assertThat(current().path("enforcementMode").asText()).isEqualTo("dns+nft");
        assertThat(current().path("policy").path("egress").isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void aPolicyIsReplacedAndTheSameWhereverItIsRead(String method) {
        assertThat(policy(method, DENY_BUT_PYPI).body().path("mode").asText()).isEqualTo("enforcing");

        assertThat(current().path("policy"))
                .isEqualTo(server.get(path("")).body().path("networkPolicy"));
        assertThat(current().path("policy").path("defaultAction").asText()).isEqualTo("deny");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ''                  | allow_all
        {}                  | allow_all
        null                | allow_all
        {"egress": []}      | deny_all
        {"defaultAction": "deny"} | deny_all
        """)
    void whatIsLeftOutHasAMeaning(String body, String mode) {
        assertThat(policy("POST", body).body().path("mode").asText()).isEqualTo(mode);
    }

    @Test
    void aPatchGoesBeforeTheOldRulesAndOverridesThem() {
        policy("PUT", DENY_BUT_PYPI);

        policy("PATCH", """
                [{"action": "deny", "target": "PyPI.org."}, {"action": "allow", "target": "*.example.com"}]""");

        assertThat(current().path("policy").path("egress").toString()).isEqualTo("""
                [{"action":"deny","target":"pypi.org"},{"action":"allow","target":"*.example.com"}]""");
        assertThat(current().path("policy").path("defaultAction").asText()).isEqualTo("deny");
    }

    @Test
    void rulesAreRemovedByTheirTargets() {
        policy("PUT", DENY_BUT_PYPI);

        JsonNode nothing = policy("DELETE", "[\"example.com\"]").body();
        JsonNode removed = policy("DELETE", "[\"PYPI.org\"]").body();

        assertThat(nothing.path("reason").asText()).isEqualTo("no matching targets found");
        assertThat(removed.has("reason")).isFalse();
        assertThat(removed.path("mode").asText()).isEqualTo("deny_all");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        PUT    | {"defaultAction": "maybe"}                          | defaultAction
        PUT    | {"egress": [{"action": "allow", "target": "a..b"}]} | egress[0].target
        PUT    | {"egress": {}}                                      | egress
        PUT    | []                                                  | body
        PATCH  | [{"action": "drop", "target": "a.example"}]         | [0].action
        PATCH  | []                                                  | at least one
        PATCH  | {}                                                  | JSON array
        PATCH  | [1]                                                 | [0]
        DELETE | []                                                  | at least one
        DELETE | [1]                                                 | [0]
        DELETE | ''                                                  | JSON array
        """)
    void aWrongBodyIsRefusedNamingWhatIsWrongAndChangesNothing(String method, String body, String named) {
        policy("PUT", DENY_BUT_PYPI);

        TestServer.Answer refused = policy(method, body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("INVALID_REQUEST");
        assertThat(refused.message()).contains(named);
        assertThat(current().path("policy").path("egress").size()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "K4aTtYQpVOsFJJN3OcYTD471xA8BHv8T"})
    void withoutTheTokenNobodyGetsIn(String presented) {
        assertThat(server.send("GET", path("/proxy/18080/policy"), null, TOKEN_HEADER, presented)
                        .status())
                .isEqualTo(401);
    }

    @Test
    void theTokenOfOneSandboxOpensNoOtherAndNothingElse() {
        String other = create();

        assertThat(server.send("GET", "/v1/sandboxes/" + other + "/proxy/18080/policy", null, TOKEN_HEADER, token)
                        .status())
                .isEqualTo(401);
        assertThat(server.send("GET", path(""), null, TOKEN_HEADER, token).status())
                .isEqualTo(401);
        assertThat(server.send("GET", path("/proxy/18080/policy/"), null, TOKEN_HEADER, token)
                        .status())
                .isEqualTo(401);
    }

    @Test
    void theApiKeyOpensItToo() {
        assertThat(server.send("GET", path("/proxy/18080/policy"), null, KEY_HEADER, TestServer.KEY)
                        .status())
                .isEqualTo(200);
        assertThat(server.send("GET", path("/proxy/18080/healthz"), null, TOKEN_HEADER, token)
                        .response()
                        .body())
                .isEqualTo("ok");
    }

    @Test
    void anUnknownSandboxHasNoPolicy() {
        id = UUID.randomUUID().toString();

        assertThat(server.get(path("/proxy/18080/policy")).status()).isEqualTo(404);
        assertThat(server.get(path("/endpoints/18080")).status()).isEqualTo(404);
        assertThat(server.get(path("/network/decisions")).status()).isEqualTo(404);
    }

    @Test
    void decisionsCanBeFiltered() {
        JsonNode decisions =
                server.get(path("/network/decisions?verdict=deny&limit=5")).body();

        assertThat(decisions.path("decisions").isArray()).isTrue();
        assertThat(decisions.path("counters").path("denied").asLong()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"verdict=maybe", "limit=0", "limit=1001", "limit=x"})
    void aWrongFilterIsRefused(String query) {
        assertThat(server.get(path("/network/decisions?" + query)).status()).isEqualTo(400);
    }

    @Test
    void aDeletedSandboxHasNeitherPolicyNorDecisions() {
        server.send("DELETE", path(""), null, KEY_HEADER, TestServer.KEY);

        assertThat(server.get(path("/network/decisions")).status()).isEqualTo(404);
        assertThat(server.send("PUT", path("/proxy/18080/policy"), "{}", KEY_HEADER, TestServer.KEY)
                        .status())
                .isEqualTo(404);
    }
}
