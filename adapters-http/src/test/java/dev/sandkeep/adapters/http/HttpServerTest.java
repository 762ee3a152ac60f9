package dev.sandkeep.adapters.http;

import static dev.sandkeep.adapters.http.TestServer.KEY;
import static dev.sandkeep.adapters.http.TestServer.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.http.TestServer.Answer;
import dev.sandkeep.application.audit.Actor;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = new TestServer(
                route("/who", HttpServerTest::tellActor),
                openRoute("/who-is-there", HttpServerTest::tellActor),
                route("/bug", _ -> {
                    throw new IllegalStateException("S3CRET");
                }),
                route("/overflow", _ -> {
                    throw new StackOverflowError("S3CRET");
                }));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void tellActor(Context context) {
        context.result(Actor.current().kind() + " " + Actor.current().name() + " "
                + Actor.current().requestId());
    }

    private static Routes openRoute(String path, Handler handler) {
        return new Routes() {
            @Override
            public void addTo(RoutesConfig routes) {
                routes.get(path, handler);
            }

            @Override
            public Set<String> openPaths() {
                return Set.of(path);
            }
        };
    }

    @Test
    void whateverIsDoneForARequestIsDoneByTheHolderOfItsKey() {
        Answer answer = server.send("GET", "/who", null, "OPEN-SANDBOX-API-KEY", "other-key", "X-Request-ID", "r-1");

        assertThat(answer.response().body()).isEqualTo("API_KEY other r-1");
    }

    @Test
    void aRequestOnAnOpenPathIsNobodysEvenWithAKey() {
        Answer answer =
                server.send("GET", "/who-is-there", null, "OPEN-SANDBOX-API-KEY", "other-key", "X-Request-ID", "r-2");

        assertThat(answer.response().body()).isEqualTo("ANONYMOUS anonymous r-2");
    }

    @Test
    void healthIsOpenAndHasNoOtherAddress() {
        Answer healthy = server.send("GET", "/health", null);

        assertThat(healthy.status()).isEqualTo(200);
        assertThat(healthy.response().body()).isEqualTo("{\"status\":\"healthy\"}");
        assertThat(server.get("/v1/health").status()).isEqualTo(404);
    }

    /** Without a key, nothing but the open paths themselves may answer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/sandboxes",
                "/sandboxes",
                "/",
                "/nothing",
                "/healthX",
                "/health/",
                "/health/x",
                "/HEALTH",
                "//health",
                "/health;x=1",
                "/health%20",
                "/%68ealth",
                "//docs",
                "/docs/",
                "/docsX",
                "/docs/..",
                "/docs/nothing",
                "/docs/../v1/sandboxes",
                "/docs/%2e%2e/v1/sandboxes",
                "/docs/%2E%2E/v1/sandboxes",
                "/docs/..;/v1/sandboxes",
                "/docs%2f..%2fv1/sandboxes",
                "/docs/.%2e/v1/sandboxes",
                "/./v1/sandboxes",
                "/v1//sandboxes",
                "/openapi.jsonX",
                "/openapi.json/../v1/sandboxes",
                "/v1/sandboxes?x=/health",
                "/v1/sandboxes/x/proxy/80/health",
                "http://127.0.0.1/v1/sandboxes",
                "http://127.0.0.1/docs/../v1/sandboxes"
            })
    void noOtherPathIsOpen(String path) {
        String answer = server.raw("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 401 ")
                .contains("X-Request-ID: ", "\"code\":\"UNAUTHENTICATED\"", "OPEN-SANDBOX-API-KEY");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OPEN-SANDBOX-API-KEY: wrong|401",
                "OPEN-SANDBOX-API-KEY:|401",
                "OPEN-SANDBOX-API-KEY: the-keyy|401",
                "OPEN-SANDBOX-API-KEY: the-key, the-key|401",
                "Authorization: Bearer the-key|401",
                "OPEN-SANDBOX-API-KEY: the-key|200",
                "open-sandbox-api-key: other-key|200",
            })
    void onlyAKnownKeyOpens(String header, int status) {
        String answer =
                server.raw("GET /v1/sandboxes HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void twoKeysInOneRequestAreRefused() {
        Answer answer = server.send(
                "GET", "/v1/sandboxes", null, "OPEN-SANDBOX-API-KEY", KEY, "OPEN-SANDBOX-API-KEY", "other-key");

        assertThat(answer.status()).isEqualTo(401);
    }

    @Test
    void aWebSocketUpgradeNeedsAKeyToo() {
        String answer = server.raw(String.join(
                "\r\n",
                "GET /v1/sandboxes/x/proxy/80 HTTP/1.1",
                "Host: x",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "",
                "GET /health HTTP/1.1",
                "Host: x",
                "Connection: close",
                "",
                ""));

        assertThat(answer).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void aHarmlessRequestIdIsEchoedAndAnyOtherReplaced() {
        assertThat(server.send("GET", "/health", null, "X-Request-ID", "my.Id_1-2")
                        .header("X-Request-ID"))
                .isEqualTo("my.Id_1-2");
        assertThat(server.send("GET", "/nothing", null, "X-Request-ID", "mine").header("X-Request-ID"))
                .isEqualTo("mine");
        assertThat(server.send("GET", "/health", null, "X-Request-ID", "a b").header("X-Request-ID"))
                .matches("[0-9a-f-]{36}");
        assertThat(server.send("GET", "/health", null, "X-Request-ID", "x".repeat(129))
                        .header("X-Request-ID"))
                .matches("[0-9a-f-]{36}");
    }

    @Test
    void anUnknownRouteIs404InOurShape() {
        Answer answer = server.get("/v1/nothing");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("NOT_FOUND");
        assertThat(answer.message()).isNotBlank();
        assertThat(server.get("/v1/sandboxes/").status()).isEqualTo(404);
        assertThat(server.get("//v1/sandboxes").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,/v1/sandboxes,'GET, POST'", "PATCH,/sandboxes,'GET, POST'", "OPTIONS,/v1/sandboxes,'GET, POST'",
        "POST,/health,GET", "POST,/v1/sandboxes/x,'GET, DELETE'", "BREW,/v1/sandboxes,'GET, POST'"
    })
    void aWrongMethodIs405AndToldWhatIsAllowed(String method, String path, String allowed) {
        Answer answer = server.send(method, path, null, "OPEN-SANDBOX-API-KEY", KEY);

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.code()).isEqualTo("METHOD_NOT_ALLOWED");
        assertThat(answer.header("Allow").split(", ")).contains(allowed.split(", "));
        assertThat(answer.header("X-Request-ID")).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bug", "/overflow"})
    void aFaultTellsTheClientNothingAboutItself(String path) {
        Answer answer = server.get(path);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.code()).isEqualTo("INTERNAL_ERROR");
        assertThat(answer.header("X-Request-ID")).isNotBlank();
        assertThat(answer.response().body()).doesNotContain("S3CRET", "Exception", "dev.sandkeep");
    }

    /** What the HTTP library refuses before any of our code runs. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /health HTTP/1.1|400|INVALID_REQUEST",
                "GET /health HTTP/9.9\\nHost: x|505|INTERNAL_ERROR",
                "GET\\nHost: x|400|INVALID_REQUEST",
                "GET /he%zzalth HTTP/1.1\\nHost: x|400|INVALID_REQUEST",
                "GET /health HTTP/1.1\\nHost: x\\nBad Header: y|400|INVALID_REQUEST",
                "GET /health HTTP/1.1\\nHost: x\\nNo-Colon|400|INVALID_REQUEST",
                "POST /v1/sandboxes HTTP/1.1\\nHost: x\\nContent-Length: x|400|INVALID_REQUEST",
                "POST /v1/sandboxes HTTP/1.1\\nHost: x\\nContent-Length: 5\\nContent-Length: 6|400|INVALID_REQUEST",
                "POST /v1/sandboxes HTTP/1.1\\nHost: x\\nContent-Length: 5\\nTransfer-Encoding: chunked|400|INVALID_REQUEST",
                "GET /health HTTP/1.1\\nHost: x\\nBig: $BIG|431|HEADERS_TOO_LARGE",
                "GET /$BIG HTTP/1.1\\nHost: x|414|HEADERS_TOO_LARGE",
            })
    void malformedHttpIsRefusedInOurShape(String request, int status, String code) {
        String bytes = request.replace("\\n", "\r\n").replace("$BIG", "x".repeat(20_000)) + "\r\n\r\n";

        String answer = server.raw(bytes);

        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + " ")
                .contains(
                        "X-Request-ID: ", "Content-Type: application/json", "{\"code\":\"" + code + "\",\"message\":\"")
                .doesNotContain("Server:", "jetty", "Jetty");
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedHoweverItIsSent() {
        String body = "{\"x\":\"" + "y".repeat(1024 * 1024) + "\"}";
        HttpRequest chunked = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v1/sandboxes"))
                .header("OPEN-SANDBOX-API-KEY", KEY)
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(body)))
                .build();

        assertThat(server.post("/v1/sandboxes", body))
                .returns(413, Answer::status)
                .returns("PAYLOAD_TOO_LARGE", Answer::code);
        assertThat(server.exchange(chunked)).returns(413, Answer::status).returns("PAYLOAD_TOO_LARGE", Answer::code);
    }

    @Test
    void answersCarryNoMoreThanTheyNeed() {
        Answer answer = server.get("/v1/sandboxes");

        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.response().headers().map())
                .doesNotContainKeys("server", "access-control-allow-origin", "set-cookie");
    }

    @Test
    void requestsInFlightAreFinishedBeforeTheServerStops() throws InterruptedException, IOException {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        TestServer stopping = new TestServer(route("/slow", context -> {
            arrived.countDown();
            assertThat(goOn.await(10, TimeUnit.SECONDS)).isTrue();
            context.result("{}");
        }));
        CompletableFuture<Answer> slow = CompletableFuture.supplyAsync(() -> stopping.get("/slow"));
        assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(stopping::stop);
        goOn.countDown();

        assertThat(slow.join().status()).isEqualTo(200);
        stopped.join();
        stopping.close();
    }
}
