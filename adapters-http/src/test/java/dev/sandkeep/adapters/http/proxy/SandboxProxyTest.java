package dev.sandkeep.adapters.http.proxy;

import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.StopCause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and what is answered when there is nobody to hand the request on to. */
class SandboxProxyTest {

    private final TestServer server = new TestServer();
    private final RawBackend backend = new RawBackend();
    private final ProxiedSandbox sandbox = ProxiedSandbox.on(server, backend.port());
    private final List<String> requests =
            backend.answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");

    @AfterEach
    void stop() {
        server.close();
        backend.close();
    }

    @Test
    void theTokenOfTheSandboxLetsIn() {
        assertThat(sandbox.get("/x")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nhello");
        assertThat(requests)
                .singleElement()
                .satisfies(request ->
                        assertThat(request).startsWith("GET /x HTTP/1.1\r\n").doesNotContain(sandbox.token()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/v1"})
    void soDoesTheApiKeyWithAndWithoutThePrefix(String prefix) {
        assertThat(server.get(prefix + sandbox.path() + "/x").status()).isEqualTo(200);
        assertThat(requests)
                .singleElement()
                .satisfies(request -> assertThat(request).doesNotContain(TestServer.KEY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "OpenSandbox-Secure-Access: x\r\n",
                "OpenSandbox-Secure-Access:\r\n",
                "OPEN-SANDBOX-API-KEY: x\r\n",
                "OPEN-SANDBOX-API-KEY:\r\n",
                "Authorization: Bearer the-key\r\n",
                "X-EXECD-ACCESS-TOKEN: the-key\r\n"
            })
    void withoutEitherNothingIsLookedAt(String header) {
        server.runtime.goAway();

        String answer =
                server.raw("GET " + sandbox.path() + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header + "\r\n");

        assertThat(answer).startsWith("HTTP/1.1 401 ").contains("\"code\":\"UNAUTHENTICATED\"");
        assertThat(backend.connections()).isZero();
    }

    @Test
    void theTokenOfAnotherSandboxOrForThePolicyDoesNotLetIn() {
        for (String token : List.of(
                TestServer.TOKENS.access(anId().value()),
                TestServer.TOKENS.egress(sandbox.id().value()),
                sandbox.token() + "=",
                sandbox.token().toLowerCase(java.util.Locale.ROOT))) {
            assertThat(server.send("GET", sandbox.path(), null, "OpenSandbox-Secure-Access", token)
                            .status())
                    .isEqualTo(401);
        }
        assertThat(backend.connections()).isZero();
    }

    @Test
    void theTokenOpensNothingButThePortsOfItsSandbox() {
        for (String path : List.of(
                "/v1/sandboxes",
                "/v1/sandboxes/" + sandbox.id(),
                "/sandboxes/" + sandbox.id() + "/proxy",
                "/sandboxes/" + sandbox.id() + "/proxy/",
                "/sandboxes/" + sandbox.id() + "/proxy/0",
                "/sandboxes/" + sandbox.id() + "/proxy/08000",
                "/sandboxes/" + sandbox.id() + "/proxy/65536",
                "/sandboxes/" + sandbox.id() + "/proxy/80x",
                "/sandboxes/" + sandbox.id() + "/proxy/8000;a=b",
                "/sandboxes/" + sandbox.id() + "/proxy/%38000/",
                "/sandboxes/" + sandbox.id() + "/proxy/18080/policy",
                "/sandboxes/" + sandbox.id() + "/proxy/18080/other",
                "/sandboxes/x/../" + sandbox.id() + "/proxy/8000/",
                "//sandboxes/" + sandbox.id() + "/proxy/8000/",
                "/V1" + sandbox.path())) {
            String answer = server.raw(
                    "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + sandbox.tokenLine() + "\r\n");
            assertThat(answer).as(path).startsWith("HTTP/1.1 401 ");
        }
        assertThat(backend.connections()).isZero();
    }

    @Test
    void anUnknownOrDeletedSandboxIsNotFound() {
        assertThat(server.get("/sandboxes/" + anId() + "/proxy/8000").code()).isEqualTo("SANDBOX_NOT_FOUND");

        server.repository.update(
                sandbox.id(),
                running ->
                        running.beginStop(StopCause.USER_DELETE, Instant.EPOCH).stopped(Instant.EPOCH));

        TestServer.Answer answer = server.get(sandbox.path());
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("SANDBOX_NOT_FOUND");
    }

    @Test
    void anEndedSandboxIsGoneWithItsReason() {
        server.repository.update(
                sandbox.id(),
                running -> running.observed(
                        new Observation.Exited(new Exit(7, Exit.Cause.PROCESS_ENDED, "out of luck")), Instant.EPOCH));

        for (String path : List.of(sandbox.path(), "/v1/sandboxes/" + sandbox.id() + "/endpoints/8000")) {
            TestServer.Answer answer = server.get(path);
            assertThat(answer.status()).isEqualTo(410);
            assertThat(answer.code()).isEqualTo("SANDBOX_ENDED");
            assertThat(answer.message()).contains("Failed", "exited", "code 7", "out of luck");
        }
    }

    @Test
    void aPausedSandboxMayBeTriedAgainLater() {
        server.repository.update(sandbox.id(), running -> running.observed(new Observation.Paused(), Instant.EPOCH));

        TestServer.Answer answer = server.get(sandbox.path());

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("SANDBOX_NOT_REACHABLE");
        assertThat(answer.message()).contains("Paused");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void aPortAtWhichNothingListensMayBeTriedAgainLater() {
        backend.close();

        TestServer.Answer answer = server.get(sandbox.path());

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("PORT_NOT_LISTENING");
        assertThat(answer.message()).contains("port 8000").doesNotContain("127.0.0.1:", "" + backend.port());
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.header("X-Request-ID")).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na",
                "HTTP/1.1 200 OK\r\nX: a\u0000b\r\n\r\n",
                "HTTP/9.9 200 OK\r\n\r\n"
            })
    void anAnswerThatIsNoneIsABadGatewayThatTellsNoAddress(String garbage) {
        backend.answer(garbage);

        TestServer.Answer answer = server.get(sandbox.path());

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.code()).isEqualTo("BACKEND_FAILED");
        assertThat(answer.response().body()).doesNotContain("127.0.0.1", "" + backend.port(), "Exception");
        assertThat(answer.header("X-Request-ID")).isNotBlank();
    }

    private Instant deadlineOf(ProxiedSandbox used) {
        return server.repository.find(used.id()).flatMap(Sandbox::expiresAt).orElseThrow();
    }

    @Test
    void onlyWhoIsLetInAndAnsweredRenewsASandbox() {
        ProxiedSandbox used = ProxiedSandbox.renewedOnAccess(server, backend.port());
        Instant before = deadlineOf(used);

        assertThat(server.send("GET", used.path(), null).status()).isEqualTo(401);
        backend.answer("garbage\r\n\r\n");
        assertThat(server.get(used.path()).status()).isEqualTo(502);
        assertThat(deadlineOf(used)).isEqualTo(before);

        backend.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        assertThat(server.get(used.path()).status()).isEqualTo(200);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(deadlineOf(used)).isAfter(before.plusSeconds(1800)));
    }

    @Test
    void aBodyThatIsCutShortIsSeenToBe() {
        backend.answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");

        assertThat(sandbox.get("/")).startsWith("HTTP/1.1 200 ").doesNotEndWith("0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 80, 8080, 44772, 65535})
    void everyPortHasAnEndpointWithTheTokenWhateverTheState(int port) {
        String id = server.post("/v1/sandboxes", TestServer.MINIMAL)
                .body()
                .path("id")
                .asText();

        TestServer.Answer answer = server.get("/v1/sandboxes/" + id + "/endpoints/" + port + "?use_server_proxy=false");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("endpoint").asText())
                .isEqualTo("127.0.0.1:" + server.port() + "/sandboxes/" + id + "/proxy/" + port);
        assertThat(answer.body()
                        .path("headers")
                        .path("OpenSandbox-Secure-Access")
                        .asText())
                .isEqualTo(TestServer.TOKENS.access(id));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "-1", "x", "8000.0", "08000", "99999999999999999999"})
    void aPortThatIsNoneIsRefused(String port) {
        TestServer.Answer answer = server.get("/v1/sandboxes/" + sandbox.id() + "/endpoints/" + port);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo("port: must be a whole number from 1 to 65535");
    }
}
