package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Webhooks of the real server, which is killed while it tells a receiver. */
class WebhooksIT {

    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String SLEEPER = """
            {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 600, "resourceLimits": {},
             "entrypoint": ["sleep", "1000"]}""";

    private WebhookReceiver receiver;

    @RegisterExtension
    final ServerOnEngine on = ServerOnEngine.named("webhooks")
            .with("SANDKEEP_WEBHOOKS_SECRET", WebhookReceiver.SECRET)
            .with("SANDKEEP_WEBHOOKS_MAX_ATTEMPTS", "3");

    private final ServerProcess server = on.server;

    @BeforeEach
    void receive() throws IOException {
        receiver = new WebhookReceiver();
        server.with("SANDKEEP_WEBHOOKS_URLS", receiver.url());
    }

    @AfterEach
    void receiveNoMore() {
        receiver.close();
    }

    private String createAndDelete() {
        String id = server.create(SLEEPER, "Prefer", "wait=30").id();
        assertThat(server.delete(id).status()).isEqualTo(204);
        return id;
    }

    private void awaitTold(String id, String state) {
        await().atMost(SOON)
                .until(() -> receiver.accepted().stream()
                        .anyMatch(told ->
                                told.sandbox().equals(id) && told.state().equals(state)));
    }

    @Test
    void everyEventIsToldInOrderThoughTheServerIsKilledWhileItTells() throws IOException {
        receiver.onNextCall(server::kill);
        server.start();
        String first = server.create(SLEEPER).id();
        server.awaitDeath();
        server.start();
        await().atMost(SOON).until(() -> server.get(first).state().equals("Running"));
        assertThat(server.delete(first).status()).isEqualTo(204);

        awaitTold(createAndDelete(), "Terminated");

        List<WebhookReceiver.Told> told = receiver.accepted();
        assertThat(told).allMatch(WebhookReceiver.Told::isSigned);
        assertThat(told.stream().map(WebhookReceiver.Told::sequence).distinct())
                .as("all, in order; one that was not answered comes twice under the same id")
                .isEqualTo(IntStream.rangeClosed(1, told.getLast().sequence())
                        .boxed()
                        .toList());
        assertThat(told.stream().map(WebhookReceiver.Told::id).distinct().count())
                .isEqualTo(told.getLast().sequence());
        assertThat(server.readLog()).doesNotContain(WebhookReceiver.SECRET);
    }

    @Test
    void whatIsRefusedTooOftenIsAtTheDeadLettersAndCanBeSentAgain() throws IOException {
        receiver.refuse(true);
        server.start();
        createAndDelete();
        await().atMost(SOON).until(() -> !deadLetters().isEmpty());
        JsonNode letter = deadLetters().get(0);

        receiver.refuse(false);
        ServerProcess.Answer answer = server.send(
                "POST",
                "/v1/admin/webhooks/dead-letters/retry",
                "{\"endpoint\":\"" + receiver.url() + "\",\"sequence\":\""
                        + letter.path("sequence").asText() + "\"}",
                Map.of());

        assertThat(answer.status()).isLessThan(300);
        await().atMost(SOON)
                .until(() -> receiver.accepted().stream()
                        .anyMatch(told ->
                                told.sequence() == letter.path("sequence").asInt()));
        await().atMost(SOON)
                .until(() -> deadLetters()
                        .valueStream()
                        .noneMatch(left -> left.path("sequence").equals(letter.path("sequence"))));
    }

    private JsonNode deadLetters() {
        return server.send("GET", "/v1/admin/webhooks/dead-letters", null, Map.of())
                .body()
                .path("items");
    }
}
