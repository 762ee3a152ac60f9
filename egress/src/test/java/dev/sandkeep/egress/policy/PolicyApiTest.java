package dev.sandkeep.egress.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.network.DomainName;
import dev.sandkeep.domain.network.PrivateRanges;
import dev.sandkeep.egress.decision.DecisionLog;
import dev.sandkeep.egress.filter.Policies;
import dev.sandkeep.egress.filter.RecordedFilter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyApiTest {

    private static final String KEY = "00112233445566778899aabbccddeeff";

    @TempDir
    Path directory;

    private final RecordedFilter filter = new RecordedFilter();
    private final HttpClient client = HttpClient.newHttpClient();
    private PolicyInForce policy;
    private PolicyApi api;

    @BeforeEach
    void start() throws IOException {
        policy = inForce();
        policy.start("");
        api = PolicyApi.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), policy, new ApiKey(KEY), System.err);
    }

    private PolicyInForce inForce() {
        return new PolicyInForce(
                directory,
                filter,
                Policies.surroundings(PrivateRanges.NAMED),
                new DecisionLog(() -> Instant.EPOCH),
                () -> Instant.EPOCH);
    }

    @AfterEach
    void stop() {
        api.close();
        client.close();
    }

    @Test
    void aRehearsalHasNoEffect() throws Exception {
        ByteArrayOutputStream log = new ByteArrayOutputStream();

        Rehearsal.begin(api.port(), new ApiKey(KEY), policy, new PrintStream(log, true, StandardCharsets.UTF_8))
                .join();

        assertThat(log.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(filter.checked).hasSize(1);
        assertThat(filter.scripts).isEmpty();
        assertThat(policy.current()).isEqualTo(Revision.none());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aRehearsalThatFailsIsLogged() throws Exception {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        filter.broken = true;

        Rehearsal.begin(api.port(), new ApiKey(KEY), policy, new PrintStream(log, true, StandardCharsets.UTF_8))
                .join();

        assertThat(log.toString(StandardCharsets.UTF_8)).contains("nft refused");
    }

    @Test
    void beforeTheFirstPolicyEverythingIsAllowedAndTheFilterIsLeftAlone() {
        HttpResponse<String> answer = call("GET", "/policy", "");

        assertThat(answer.body())
                .isEqualTo("{\"status\":\"ok\",\"mode\":\"allow_all\",\"enforcementMode\":\"dns+nft\","
                        + "\"policy\":{\"defaultAction\":\"allow\",\"egress\":[]}}");
        assertThat(revision(answer)).isEqualTo("0");
        assertThat(filter.scripts).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void aPolicyIsReplaced(String method) {
        HttpResponse<String> answer = call(
                method,
                "/policy",
                "{'egress':[{'action':'allow','target':'A.com'},{'action':'deny','target':'10.1.2.3/8'}],'x':1}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"status\":\"ok\",\"mode\":\"enforcing\",\"enforcementMode\":\"dns+nft\"}");
        assertThat(revision(answer)).isEqualTo("1");
        assertThat(policyNow())
                .isEqualTo(
                        "{\"defaultAction\":\"deny\",\"egress\":["
                                + "{\"action\":\"allow\",\"target\":\"a.com\"},{\"action\":\"deny\",\"target\":\"10.0.0.0/8\"}]}");
        assertThat(filter.scripts).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "''|allow_all",
                "' '|allow_all",
                "null|allow_all",
                "{}|allow_all",
                "{'egress':null}|allow_all",
                "{'egress':[]}|deny_all",
                "{'defaultAction':'deny'}|deny_all",
                "{'defaultAction':'allow','egress':[]}|allow_all"
            })
    void anEmptyPolicyAllowsAndAnEmptyListDenies(String body, String mode) {
        assertThat(call("POST", "/policy", body).body()).contains("\"mode\":\"" + mode + "\"");
    }

    @Test
    void aPatchComesFirst() {
        call("POST", "/policy", "{'egress':[{'action':'allow','target':'a.com'},{'action':'deny','target':'b.com'}]}");

        HttpResponse<String> answer = call("PATCH", "/policy", "[{'action':'allow','target':'B.com'}]");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(revision(answer)).isEqualTo("2");
        assertThat(policyNow())
                .isEqualTo("{\"defaultAction\":\"deny\",\"egress\":["
                        + "{\"action\":\"allow\",\"target\":\"b.com\"},{\"action\":\"allow\",\"target\":\"a.com\"}]}");
    }

    @Test
    void rulesAreDeletedByTheirTargets() {
        call("POST", "/policy", "{'egress':[{'action':'allow','target':'a.com'},{'action':'deny','target':'b.com'}]}");

        assertThat(call("DELETE", "/policy", "['B.COM','x.com']").body()).contains("\"status\":\"ok\"");
        assertThat(policyNow()).contains("a.com").doesNotContain("b.com");
        HttpResponse<String> again = call("DELETE", "/policy", "['b.com']");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).contains("\"reason\":\"no matching targets found\"");
        assertThat(revision(again)).isEqualTo("2");
        assertThat(filter.scripts).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST|{|body: must be JSON",
                "POST|{} {}|body: must be one JSON value",
                "POST|{'egress':[],'egress':[]}|body: must be JSON",
                "POST|[]|body: must be an object",
                "POST|1|body: must be an object",
                "POST|{'egress':{}}|egress: must be an array",
                "POST|{'egress':['a.com']}|egress[0]: must be an object",
                "POST|{'defaultAction':1}|defaultAction: must be a string",
                "POST|{'defaultAction':'block'}|defaultAction: must be allow or deny",
                "POST|{'egress':[{'action':'log','target':'a.com'}]}|egress[0].action: must be allow or deny",
                "POST|{'egress':[{'action':'allow','target':'a b'}]}|egress[0].target: must be a domain name",
                "PATCH|''|body: must be an array",
                "PATCH|[]|body: must be an array",
                "PATCH|{}|body: must be an array",
                "PATCH|[{'action':'allow'}]|[0].target: must be a domain name",
                "DELETE|''|body: must be an array",
                "DELETE|[]|body: must be an array",
                "DELETE|['']|[0]: must be a target",
                "DELETE|[1]|[0]: must be a target"
            })
    void whatIsWrongIsNamed(String method, String body, String message) {
        HttpResponse<String> answer = call(method, "/policy", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{\"code\":\"INVALID_REQUEST\",\"message\":\"" + message);
        assertThat(policy.current().isNone()).isTrue();
    }

    @Test
    void tooMuchIsRefused() {
        String rule = "{'action':'allow','target':'a.com'}";
        String rules = "[" + (rule + ",").repeat(4096) + rule + "]";

        assertThat(call("PATCH", "/policy", rules).statusCode()).isEqualTo(413);
        assertThat(call("POST", "/policy", "{'egress':" + rules + "}").statusCode())
                .isEqualTo(413);
        assertThat(call("POST", "/policy", " ".repeat(1024 * 1024 + 1)).body())
                .isEqualTo("{\"code\":\"PAYLOAD_TOO_LARGE\",\"message\":\"body: at most 1048576 bytes are allowed\"}");
        assertThat(call("POST", "/policy", "[".repeat(100_000)).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /policy, 401",
        "PUT, /policy, 401",
        "GET, /decisions, 401",
        "GET, /healthz, 200",
        "POST, /healthz, 405",
        "GET, /, 404",
        "GET, /policy/, 404"
    })
    void withoutTheKeyOnlyHealthIsTold(String method, String path, int status) {
        HttpResponse<String> answer = send(request(method, path, ""));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).doesNotContain(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "00112233445566778899aabbccddeef", "00112233445566778899aabbccddeeff0"})
    void aWrongKeyIsNone(String key) {
        assertThat(send(request("GET", "/policy", "").header("OPENSANDBOX-EGRESS-AUTH", key))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void otherMethodsAreNotAllowed() {
        HttpResponse<String> answer = call("OPTIONS", "/policy", "");

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, POST, PUT, PATCH, DELETE");
        assertThat(call("POST", "/decisions", "").statusCode()).isEqualTo(405);
    }

    @Test
    void aSignedChangeNamesItsRevisionAndCountsOnce() {
        assertThat(revision(signed("PUT", "5", "{'egress':[]}"))).isEqualTo("5");
        assertThat(signed("PUT", "5", "{}").statusCode()).isEqualTo(409);
        assertThat(signed("PATCH", "4", "[{'action':'allow','target':'a.com'}]").body())
                .contains("\"code\":\"STALE_REVISION\"")
                .contains("greater than the current revision 5");
        assertThat(revision(call("PATCH", "/policy", "[{'action':'allow','target':'a.com'}]")))
                .isEqualTo("6");
        assertThat(signed("GET", "0", "").statusCode()).isEqualTo(200);
        assertThat(signed("PUT", "99999999999", "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void aSignatureCoversTheWholeRequest() {
        ApiKey key = new ApiKey(KEY);
        String signature = key.signature("PUT", "/policy", "1", bytes("{}"));

        assertThat(forged("POST", "1", "{}", signature)).isEqualTo(401);
        assertThat(forged("PUT", "2", "{}", signature)).isEqualTo(401);
        assertThat(forged("PUT", "1", "{ }", signature)).isEqualTo(401);
        assertThat(forged("PUT", "1", "{}", signature.substring(1))).isEqualTo(401);
        assertThat(forged("PUT", "1", "{}", signature)).isEqualTo(200);
    }

    @Test
    void anAnswerToASignedRequestShowsThatTheKeyIsKnown() {
        ApiKey key = new ApiKey(KEY);
        String signature = key.signature("PUT", "/policy", "1", bytes("{}"));
        HttpResponse<String> answer = signed("PUT", "1", "{}");

        assertThat(answer.headers().firstValue("Sandkeep-Proof"))
                .contains(key.proof(signature, 200, 1, bytes(answer.body())));
        assertThat(send(request("PUT", "/policy", "{}")
                                .header("Sandkeep-Revision", "2")
                                .header("Sandkeep-Signature", signature))
                        .headers()
                        .firstValue("Sandkeep-Proof"))
                .isEmpty();
    }

    @Test
    void whatTheFilterRefusesIsNotInForce() throws IOException {
        call("POST", "/policy", "{'egress':[]}");
        filter.broken = true;

        HttpResponse<String> answer = call("POST", "/policy", "{}");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("\"code\":\"INTERNAL_ERROR\"");
        filter.broken = false;
        assertThat(policyNow()).isEqualTo("{\"defaultAction\":\"deny\",\"egress\":[]}");
        PolicyInForce restarted = inForce();
        restarted.start("");
        assertThat(restarted.current()).isEqualTo(policy.current());
    }

    @Test
    void aRestartedWorkerComesBackWithItsPolicyAndRevision() throws IOException {
        signed("PUT", "7", "{'egress':[{'action':'allow','target':'a.com'}]}");

        PolicyInForce restarted = inForce();
        restarted.start("{\"egress\":[]}");

        assertThat(restarted.current()).isEqualTo(policy.current());
        assertThat(filter.scripts.getLast()).isEqualTo(filter.scripts.getFirst());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("policy.json"))))
                .isEqualTo("rw-------");
        assertThat(directory).isDirectoryContaining(file -> file.endsWith("policy.json"));
    }

    @Test
    void decisionsAreListedNewestFirst() {
        call("POST", "/policy", "{'egress':[{'action':'allow','target':'*.a.com'}]}");
        policy.judge(new DomainName("x.a.com"));
        policy.judge(new DomainName("b.com"));
        filter.listing =
                "elements = { 169.254.169.254 . tcp . 80 counter packets 3 bytes 180 timeout 1h expires 59m50s,"
                        + " 198.18.0.7 . udp . 853 counter packets 1 bytes 60 timeout 1h expires 30m }";

        assertThat(call("GET", "/decisions", "").body())
                .isEqualTo("{\"counters\":{\"allowed\":1,\"denied\":1},\"decisions\":["
                        + "{\"time\":\"1970-01-01T00:00:00Z\",\"kind\":\"name\",\"target\":\"b.com\","
                        + "\"verdict\":\"deny\",\"reason\":\"default action deny\"},"
                        + "{\"time\":\"1970-01-01T00:00:00Z\",\"kind\":\"name\",\"target\":\"x.a.com\","
                        + "\"verdict\":\"allow\",\"reason\":\"rule allow *.a.com\"},"
                        + "{\"time\":\"1969-12-31T23:59:50Z\",\"kind\":\"address\",\"target\":\"169.254.169.254\","
                        + "\"verdict\":\"deny\",\"reason\":\"always denied: link-local address\","
                        + "\"protocol\":\"tcp\",\"port\":80,\"packets\":3},"
                        + "{\"time\":\"1969-12-31T23:30:00Z\",\"kind\":\"address\",\"target\":\"198.18.0.7\","
                        + "\"verdict\":\"deny\",\"reason\":\"always denied: DNS past the proxy\","
                        + "\"protocol\":\"udp\",\"port\":853,\"packets\":1}]}");
        assertThat(call("GET", "/decisions?verdict=allow", "").body()).doesNotContain("b.com");
        assertThat(call("GET", "/decisions?limit=1&verdict=deny", "").body())
                .contains("b.com")
                .doesNotContain("169.254");
        assertThat(call("GET", "/decisions?limit=0", "").statusCode()).isEqualTo(400);
        assertThat(call("GET", "/decisions?verdict=x", "").statusCode()).isEqualTo(400);
    }

    private String policyNow() {
        String body = call("GET", "/policy", "").body();
        return body.substring(body.indexOf("\"policy\":") + "\"policy\":".length(), body.length() - 1);
    }

    private int forged(String method, String revision, String body, String signature) {
        return send(request(method, "/policy", body)
                        .header("Sandkeep-Revision", revision)
                        .header("Sandkeep-Signature", signature))
                .statusCode();
    }

    private HttpResponse<String> signed(String method, String revision, String body) {
        String json = body.replace('\'', '"');
        return send(request(method, "/policy", json)
                .header("Sandkeep-Revision", revision)
                .header("Sandkeep-Signature", new ApiKey(KEY).signature(method, "/policy", revision, bytes(json))));
    }

    private HttpResponse<String> call(String method, String path, String body) {
        return send(request(method, path, body.replace('\'', '"')).header("OPENSANDBOX-EGRESS-AUTH", KEY));
    }

    private HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static String revision(HttpResponse<String> answer) {
        return answer.headers().firstValue("Sandkeep-Revision").orElseThrow();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
