package dev.sandkeep.adapters.http.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.auth.ApiKeys;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.domain.sandbox.StopCause;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may work in a sandbox, and when. */
class ExecRoutesTest {

    private final TestServer server = new TestServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void theEndpointIsToldWhileTheSandboxIsMadeAndEndsWithThePort() {
        ExecClient client = ExecClient.pending(server);

        TestServer.Answer answer = server.get("/v1/sandboxes/" + client.id + "/endpoints/44772");

        assertThat(answer.body().path("endpoint").asText()).endsWith("/sandboxes/" + client.id + "/proxy/44772");
        assertThat(answer.body()
                        .path("headers")
                        .path(SandboxTokens.ACCESS_HEADER)
                        .asText())
                .isEqualTo(TestServer.TOKENS.access(client.id));
    }

    @Test
    void aPingIsAnsweredWithNothing() {
        TestServer.Answer answer = ExecClient.running(server).get("/ping");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Length")).isEqualTo("0");
        assertThat(answer.header("X-Request-ID")).isNotEmpty();
    }

    @Test
    void aPingIsHeldUntilTheSandboxRuns() {
        server.queue.provision(sandbox -> sandbox.started(Instant.now()));
        ExecClient client = ExecClient.pending(server);
        Instant begin = Instant.now();

        assertThat(client.get("/ping").status()).isEqualTo(200);
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void aPingOfASandboxThatDoesNotRunIsAnsweredAtOnceWithTheReason() {
        ExecClient client = ExecClient.running(server);
        server.repository.update(client.sandbox(), sandbox -> sandbox.beginStop(StopCause.USER_DELETE, Instant.now()));
        Instant begin = Instant.now();

        TestServer.Answer answer = client.get("/ping");

        assertThat(answer.status()).isEqualTo(410);
        assertThat(answer.code()).isEqualTo("SANDBOX_ENDED");
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void tokensAndKeysOpenItAndNothingElse() {
        ExecClient client = ExecClient.running(server);
        String ping = client.path("/ping");
        String token = TestServer.TOKENS.access(client.id);

        assertThat(server.send("GET", ping, null).status()).isEqualTo(401);
        assertThat(server.send("GET", ping, null, SandboxTokens.ACCESS_HEADER, "wrong")
                        .status())
                .isEqualTo(401);
        assertThat(server.send("GET", ping, null, SandboxTokens.EXEC_HEADER, "wrong")
                        .status())
                .isEqualTo(401);
        assertThat(server.send("GET", ping, null, SandboxTokens.EXEC_HEADER, token)
                        .status())
                .isEqualTo(200);
        assertThat(server.send("GET", ping, null, SandboxTokens.EXEC_HEADER, TestServer.KEY)
                        .status())
                .isEqualTo(200);
        assertThat(server.get(ping).status()).isEqualTo(200);
        assertThat(server.get("/v1" + ping).status()).isEqualTo(200);
        // As where a service of the sandbox's own wants the other one.
        assertThat(server.send(
                                "GET",
                                ping,
                                null,
                                ApiKeys.HEADER,
                                TestServer.KEY,
                                SandboxTokens.EXEC_HEADER,
                                "of the service")
                        .status())
                .isEqualTo(200);
        assertThat(server.send(
                                "GET",
                                ping,
                                null,
                                SandboxTokens.ACCESS_HEADER,
                                TestServer.TOKENS.access(ExecClient.running(server).id))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aSignedUrlOpensItWithoutAHeader() {
        ExecClient client = ExecClient.running(server);
        long expires = Instant.now().plusSeconds(600).getEpochSecond();
        String endpoint = server.get("/v1/sandboxes/" + client.id + "/endpoints/44772?expires=" + expires)
                .body()
                .path("endpoint")
                .asText();

        assertThat(server.send("GET", endpoint.substring(endpoint.indexOf('/')) + "/ping", null)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void clientsThatKnowNoVersionAndNoHeadersAreLetInByTheAddress() {
        ExecClient client = ExecClient.running(server);
        String endpoint = server.get("/sandboxes/" + client.id + "/endpoints/44772")
                .body()
                .path("endpoint")
                .asText();

        assertThat(server.send("GET", endpoint.substring(endpoint.indexOf('/')) + "/ping", null)
                        .status())
                .isEqualTo(200);
        assertThat(server.get("/sandboxes/" + client.id + "/endpoints/8000")
                        .body()
                        .path("endpoint")
                        .asText())
                .endsWith("/8000");
    }

    @Test
    void aSandboxMayHaveThePortForItself() {
        String id = server.post(
                        "/v1/sandboxes",
                        TestServer.MINIMAL.replace(
                                "\"timeout\"", "\"extensions\":{\"exec.enabled\":\"false\"},\"timeout\""))
                .body()
                .path("id")
                .asText();

        // Handed on to the sandbox, which does not run.
        TestServer.Answer answer = server.get("/sandboxes/" + id + "/proxy/44772/ping");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("SANDBOX_NOT_REACHABLE");
        assertThat(server.post(
                                "/v1/sandboxes",
                                TestServer.MINIMAL.replace(
                                        "\"timeout\"", "\"extensions\":{\"exec.enabled\":\"no\"},\"timeout\""))
                        .message())
                .contains("extensions.exec.enabled:");
    }

    @Test
    void otherPortsHaveNoSuchRoutes() {
        ExecClient client = ExecClient.running(server);

        assertThat(server.get("/sandboxes/" + client.id + "/proxy/18080/ping").status())
                .isEqualTo(404);
        assertThat(client.get("/no/such/route").code()).isEqualTo("NOT_FOUND");
    }
}
