package dev.sandkeep.adapters.http;

import static dev.sandkeep.adapters.http.TestServer.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.http.TestServer.Answer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestLimitTest {

    private static final int MOST = 2;

    private final CountDownLatch arrived = new CountDownLatch(MOST);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private TestServer server;

    @BeforeEach
    void start() {
        HttpConfig config = new HttpConfig(
                "127.0.0.1", 0, 1024 * 1024, 16 * 1024, Duration.ofSeconds(60), 1024, MOST, 100, Duration.ofSeconds(5));
        server = new TestServer(
                config,
                route("/slow", context -> {
                    arrived.countDown();
                    assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
                    context.result("{}");
                }),
                route("/v1/sandboxes/{sandboxId}/proxy/80/stream", context -> context.result("{}")),
                route("/bug", _ -> {
                    throw new IllegalStateException("on purpose");
                }));
    }

    @AfterEach
    void stop() {
        goOn.countDown();
        server.close();
    }

    @Test
    void oneRequestMoreThanTheServerTakesOnIsRefusedAtOnceAndMayTryAgain() throws InterruptedException {
        CompletableFuture<Answer> first = slow();
        CompletableFuture<Answer> second = slow();
        assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();

        Answer refused = server.get("/v1/sandboxes");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.code()).isEqualTo("TOO_MANY_REQUESTS");
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(refused.message()).contains("2 requests");
        goOn.countDown();
        assertThat(first.join().status()).isEqualTo(200);
        assertThat(second.join().status()).isEqualTo(200);
        assertThat(server.get("/v1/sandboxes").status()).isEqualTo(200);
    }

    @Test
    void aFullServerStillTellsHowItIsAndCarriesStreams() throws InterruptedException {
        CompletableFuture<Answer> _ = slow();
        CompletableFuture<Answer> _ = slow();
        assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(server.send("GET", "/health", null).status()).isEqualTo(200);
        assertThat(server.send("GET", "/health/ready", null).status()).isEqualTo(200);
        assertThat(server.get("/v1/sandboxes/x/proxy/80/stream").status()).isEqualTo(200);
    }

    /** If one of them kept its place, the server would soon refuse everything. */
    @Test
    void aRequestThatFailsGivesItsPlaceBack() {
        for (int i = 0; i < 3 * MOST; i++) {
            assertThat(server.get("/bug").status()).isEqualTo(500);
            assertThat(server.get("/v1/nothing").status()).isEqualTo(404);
        }
        assertThat(server.get("/v1/sandboxes").status()).isEqualTo(200);
    }

    private CompletableFuture<Answer> slow() {
        return CompletableFuture.supplyAsync(() -> server.get("/slow"));
    }
}
