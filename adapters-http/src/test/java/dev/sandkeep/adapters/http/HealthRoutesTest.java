package dev.sandkeep.adapters.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.http.TestServer.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthRoutesTest {

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aServerWithAllItsPartsIsReady() {
        Answer ready = server.send("GET", "/health/ready", null);

        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.response().body()).isEqualTo("{\"status\":\"ready\"}");
    }

    @Test
    void aServerThatLacksAPartIsNotReadyAndNamesIt() {
        server.lack("the database does not answer", "the container runtime is away");

        Answer notReady = server.send("GET", "/health/ready", null);

        assertThat(notReady.status()).isEqualTo(503);
        assertThat(notReady.code()).isEqualTo("NOT_READY");
        assertThat(notReady.message())
                .isEqualTo("Not ready: the database does not answer; the container runtime is away");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/live"})
    void aServerThatIsNotReadyIsAliveAllTheSame(String path) {
        server.lack("the container runtime is away");

        Answer alive = server.send("GET", path, null);

        assertThat(alive.status()).isEqualTo(200);
        assertThat(alive.response().body()).isEqualTo("{\"status\":\"healthy\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/health/ready", "/v1/health/live", "/health/ready/", "/health/other"})
    void noOtherPathTellsAnything(String path) {
        assertThat(server.get(path).status()).isEqualTo(404);
    }
}
