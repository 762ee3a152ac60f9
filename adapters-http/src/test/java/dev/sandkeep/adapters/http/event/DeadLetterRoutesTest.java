package dev.sandkeep.adapters.http.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.TestServer.Answer;
import dev.sandkeep.application.port.WebhookCursors.DeadLetter;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterRoutesTest {

    private static final String PATH = "/v1/admin/webhooks/dead-letters";

    private final TestServer server = new TestServer();

    @BeforeEach
    void giveUp() {
        server.repository.add(Sandboxes.aSandbox(), null);
        server.webhookCursors.claim(TestServer.WEBHOOK, "x", Duration.ofSeconds(1), 0);
        server.webhookCursors.bury("x", new DeadLetter(TestServer.WEBHOOK, 1, 12, "answered 500", Sandboxes.NOW));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Answer retry() {
        return server.post(PATH + "/retry", "{\"endpoint\":\"" + TestServer.WEBHOOK + "\",\"sequence\":\"1\"}");
    }

    @Test
    void whatWasGivenUpIsListed() {
        assertThat(server.get(PATH).response().body())
                .isEqualTo("{\"items\":[{\"endpoint\":\"https://hooks.example.com/a\",\"sequence\":1,\"attempts\":12,"
                        + "\"reason\":\"answered 500\",\"buriedAt\":\"2030-01-01T12:00:00Z\"}]}");
        assertThat(server.send("GET", PATH, null).status()).isEqualTo(401);
    }

    @Test
    void onlyAnAdministratorMaySeeThemOrSendThemAgain() {
        Answer list = server.send("GET", PATH, null, "OPEN-SANDBOX-API-KEY", "other-key");
        Answer retry = server.send("POST", PATH + "/retry", "{}", "OPEN-SANDBOX-API-KEY", "other-key");

        assertThat(List.of(list, retry)).allSatisfy(refused -> {
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.code()).isEqualTo("FORBIDDEN");
        });
    }

    @Test
    void whatIsTakenAfterAllIsForgotten() {
        server.webhooks.refuse("answered 503");
        assertThat(retry().response().body()).isEqualTo("{\"taken\":false,\"reason\":\"answered 503\"}");
        server.webhooks.refuse(null);

        assertThat(retry().response().body()).isEqualTo("{\"taken\":true}");

        assertThat(server.get(PATH).response().body()).isEqualTo("{\"items\":[]}");
        assertThat(retry().body().path("taken").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"endpoint\":\"https://hooks.example.com/a\"}",
                "{\"endpoint\":\"https://hooks.example.com/a\",\"sequence\":\"-1\"}",
                "{\"endpoint\":\":\",\"sequence\":\"1\"}",
                "[]",
                "x"
            })
    void whatNamesNoLetterIsRefused(String body) {
        assertThat(server.post(PATH + "/retry", body).status()).isEqualTo(400);
    }
}
