package dev.sandkeep.adapters.http.proxy;

import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.auth.EndpointSignatures;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A signed URL lets in without a header: to one port of one sandbox, until its time, unless it is revoked. */
class SignedUrlTest {

    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

    private final TestServer server = new TestServer();
    private final RawBackend backend = new RawBackend();
    private final ProxiedSandbox sandbox = ProxiedSandbox.on(server, backend.port());
    private final List<String> requests = backend.answer(String.join(
            "\r\n",
            "HTTP/1.1 302 Found",
            "Location: /next",
            "Set-Cookie: a=b; Path=/",
            "Content-Length: 0",
            "Connection: close",
            "",
            ""));

    @AfterEach
    void stop() {
        server.close();
        backend.close();
    }

    private String signedPath() {
        TestServer.Answer answer = server.get("/v1/sandboxes/" + sandbox.id()
                + "/endpoints/8000?use_server_proxy=true&expires=" + LATER.getEpochSecond());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().has("headers")).isFalse();
        String endpoint = answer.body().path("endpoint").asText();
        return endpoint.substring(endpoint.indexOf('/'));
    }

    private int status(String path) {
        return server.send("GET", path, null).status();
    }

    @Test
    void itLetsInAndItsLinksStayWithinIt() {
        String path = signedPath();

        TestServer.Answer answer = server.send("GET", path + "/x?y", null);

        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.header("Location")).isEqualTo(path + "/next");
        assertThat(answer.header("Set-Cookie")).isEqualTo("a=b; Path=" + path + "/");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        String signature = path.substring(path.lastIndexOf("/8000-") + 6);
        assertThat(requests)
                .singleElement()
                .satisfies(request ->
                        assertThat(request).startsWith("GET /x?y HTTP/1.1\r\n").doesNotContain(signature));
        assertThat(status("/v1" + path + "/")).isEqualTo(302);
    }

    @Test
    void anotherPortAnotherSandboxAndEveryOtherLetterIsRefused() {
        String path = signedPath();

        assertThat(status(path.replace("/8000-", "/8001-"))).isEqualTo(401);
        assertThat(status(path.replace(sandbox.id().value(), anId().value()))).isEqualTo(401);
        for (int i = path.indexOf("/8000-") + 6; i < path.length(); i++) {
            char other = path.charAt(i) == '1' ? '2' : '1';
            assertThat(status(path.substring(0, i) + other + path.substring(i + 1)))
                    .isEqualTo(401);
            assertThat(status(path.substring(0, i) + path.substring(i + 1))).isEqualTo(401);
        }
        assertThat(status(path + "0")).isEqualTo(401);
        assertThat(backend.connections()).isZero();
    }

    @Test
    void itIsWorthlessAfterItsTime() {
        EndpointSignatures signatures = new EndpointSignatures(TestServer.SIGNING_KEYS);
        String id = sandbox.id().value();

        String past = signatures.sign(id, 8000, Instant.now().minusSeconds(1), 0);
        String future = signatures.sign(id, 8000, LATER, 0);

        assertThat(status(sandbox.path() + "-" + past)).isEqualTo(401);
        assertThat(status(sandbox.path() + "-" + future)).isEqualTo(302);
    }

    @Test
    void itIsWorthlessOnceRevokedAndANewOneIsNot() {
        String old = signedPath();

        assertThat(server.send(
                                "DELETE",
                                "/v1/sandboxes/" + sandbox.id() + "/endpoints",
                                null,
                                "OPEN-SANDBOX-API-KEY",
                                TestServer.KEY)
                        .status())
                .isEqualTo(204);

        assertThat(status(old)).isEqualTo(401);
        assertThat(status(signedPath())).isEqualTo(302);
        assertThat(sandbox.get("/")).startsWith("HTTP/1.1 302 ");
    }

    /** The new key signs, and what the old one signed goes on until its key is taken out. */
    @Test
    void keysCanBeChanged() {
        String id = sandbox.id().value();
        SecretKey old = TestServer.SIGNING_KEYS.get("old");
        SecretKey foreign = new SecretKeySpec(new byte[] {3}, "HmacSHA256");

        assertThat(signedPath()).contains("-new-");
        assertThat(status(sandbox.path() + "-" + new EndpointSignatures(Map.of("old", old)).sign(id, 8000, LATER, 0)))
                .isEqualTo(302);
        for (String name : List.of("old", "new", "unknown")) {
            String forged = new EndpointSignatures(Map.of(name, foreign)).sign(id, 8000, LATER, 0);
            assertThat(status(sandbox.path() + "-" + forged)).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "1",
                "x",
                "1.5",
                "1e12",
                "%2B9999999999",
                "99999999999999999999",
                "2100-01-01T00:00:00Z"
            })
    void aTimeThatIsNotToComeIsRefused(String expires) {
        TestServer.Answer answer = server.get("/v1/sandboxes/" + sandbox.id() + "/endpoints/8000?expires=" + expires);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).startsWith("expires: must be a time to come");
    }

    @Test
    void thePolicyHasNoSignedUrl() {
        assertThat(server.get("/v1/sandboxes/" + sandbox.id() + "/endpoints/18080?expires=" + LATER.getEpochSecond())
                        .status())
                .isEqualTo(400);
    }
}
