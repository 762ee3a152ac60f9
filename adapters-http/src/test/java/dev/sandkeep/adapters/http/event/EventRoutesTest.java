package dev.sandkeep.adapters.http.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.TestServer.Answer;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.StopCause;
import dev.sandkeep.testkit.client.EventClient;
import dev.sandkeep.testkit.client.EventClient.Event;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventRoutesTest {

    private final TestServer server = new TestServer();
    private final List<EventClient> clients = new ArrayList<>();

    @AfterEach
    void close() {
        clients.forEach(EventClient::close);
        server.close();
    }

    private EventClient watch(String query, @Nullable String lastEventId) {
        EventClient client = EventClient.connect(
                URI.create("http://127.0.0.1:" + server.port() + "/v1/events" + query), TestServer.KEY, lastEventId);
        clients.add(client);
        return client;
    }

    private Sandbox added(Specs spec) {
        Sandbox sandbox = Sandboxes.aSandbox(spec);
        server.repository.add(sandbox, null);
        server.feed.advance();
        return sandbox;
    }

    private Sandbox started(Sandbox sandbox) {
        Sandbox started = server.repository.save(sandbox.started(Instant.now()));
        server.feed.advance();
        return started;
    }

    private static JsonNode data(Event event) {
        return Json.parse(event.data().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whoWatchesIsToldOfEveryChangeInOrderWithWhoDidIt() {
        EventClient client = watch("", null);
        String id = server.post("/v1/sandboxes", TestServer.MINIMAL, "X-Request-ID", "r-1")
                .body()
                .path("id")
                .asText();
        server.repository.update(server.queue.submitted.getFirst(), sandbox -> sandbox.started(Instant.now()));
        server.feed.advance();

        Event created = client.next();
        Event started = client.next();

        assertThat(client.status()).isEqualTo(200);
        assertThat(client.header("Content-Type")).startsWith("text/event-stream");
        assertThat(List.of(created.id(), started.id())).containsExactly("1", "2");
        assertThat(created.name()).isEqualTo("sandbox");
        assertThat(data(created).path("sandboxId").asText()).isEqualTo(id);
        assertThat(data(created).path("type").asText()).isEqualTo("created");
        assertThat(data(created).path("actor").toString())
                .isEqualTo("{\"kind\":\"api_key\",\"name\":\"default\",\"requestId\":\"r-1\"}");
        assertThat(data(started).path("type").asText()).isEqualTo("state_changed");
        assertThat(data(started).path("state").asText()).isEqualTo("Running");
        assertThat(data(started).path("actor").toString()).isEqualTo("{\"kind\":\"system\",\"name\":\"system\"}");
    }

    @Test
    void whoResumesMissesNothingAndGetsNothingTwice() {
        EventClient first = watch("", null);
        Sandbox sandbox = added(Specs.aSpec());
        String last = first.next().id();
        first.close();
        started(sandbox);
        Sandbox other = added(Specs.aSpec());

        EventClient again = watch("", last);

        assertThat(data(again.next()).path("state").asText()).isEqualTo("Running");
        assertThat(data(again.next()).path("sandboxId").asText())
                .isEqualTo(other.id().value());
        assertThat(again.nextOrHeartbeat().name()).isEqualTo("heartbeat");
    }

    @Test
    void theHeaderWinsOverTheAddressThatABrowserKeeps() {
        Sandbox sandbox = added(Specs.aSpec());
        started(sandbox);

        assertThat(watch("?after=0", null).next().id()).isEqualTo("1");
        assertThat(watch("?after=0", "1").next().id()).isEqualTo("2");
    }

    /** Many more than what is kept in memory. */
    @Test
    void whoIsFarBehindReadsTheJournalUntilItIsThere() {
        int many = 1500;
        IntStream.range(0, many).forEach(_ -> server.repository.add(Sandboxes.aSandbox(), null));
        server.feed.advance();
        EventClient client = watch("?after=0", null);

        List<String> ids =
                IntStream.range(0, many).mapToObj(_ -> client.next().id()).toList();

        assertThat(ids)
                .isEqualTo(IntStream.rangeClosed(1, many)
                        .mapToObj(Integer::toString)
                        .toList());
        added(Specs.aSpec());
        assertThat(client.next().id()).isEqualTo(Integer.toString(many + 1));
    }

    @Test
    void aWatcherOfOneSandboxOrLabelIsToldOfNothingElseButGetsFurther() {
        Sandbox wanted = added(Specs.aSpec().metadata("team", "blue").metadata("tier", "1"));
        EventClient bySandbox = watch("?after=0&sandboxId=" + wanted.id(), null);
        EventClient byLabel = watch("?after=0&metadata=team%3Dblue%26tier%3D1", null);
        added(Specs.aSpec().metadata("team", "red"));
        started(wanted);

        for (EventClient client : List.of(bySandbox, byLabel)) {
            assertThat(client.next().id()).isEqualTo("1");
            assertThat(client.next().id()).isEqualTo("3");
        }
        added(Specs.aSpec());
        await().atMost(Duration.ofMinutes(1))
                .until(() -> bySandbox.nextOrHeartbeat().id().equals("4"));
    }

    @Test
    void whoMissedWhatIsForgottenIsToldToLookAnew() {
        added(Specs.aSpec());
        Sandbox ended = added(Specs.aSpec());
        Sandbox stopping = server.repository.save(ended.beginStop(StopCause.TTL_EXPIRY, Sandboxes.NOW));
        server.repository.save(stopping.stopped(Sandboxes.NOW));
        IntStream.range(0, 600).forEach(_ -> server.repository.add(Sandboxes.aSandbox(), null));
        server.feed.advance();
        server.repository.purgeEnded(Instant.now().plus(Duration.ofDays(3650)));

        EventClient client = watch("", "1");

        Event reset = client.next();
        assertThat(reset.name()).isEqualTo("reset");
        assertThat(reset.id()).isEqualTo("4");
        assertThat(client.next().id()).isEqualTo("5");
        assertThat(watch("?after=0", null).next().id())
                .as("who knows nothing can have missed nothing")
                .isEqualTo("1");
    }

    @Test
    void whoKnowsWhatNeverWasIsToldToLookAnew() {
        added(Specs.aSpec());

        EventClient client = watch("", "99");

        Event reset = client.next();
        assertThat(reset.name()).isEqualTo("reset");
        assertThat(reset.id()).isEqualTo("1");
        added(Specs.aSpec());
        assertThat(client.next().id()).isEqualTo("2");
    }

    @Test
    void thereIsAPlaceForSoManyWatchersAndForAnotherWhenOneLeaves() {
        List<EventClient> watching = IntStream.range(0, TestServer.MAX_WATCHERS)
                .mapToObj(_ -> watch("", null))
                .toList();

        Answer refused = server.get("/v1/events");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.code()).isEqualTo("TOO_MANY_REQUESTS");
        assertThat(refused.header("Retry-After")).isNotEmpty();
        watching.getFirst().close();
        await().atMost(Duration.ofMinutes(1)).until(() -> watch("", null).status() == 200);
    }

    @Test
    void whoWatchesIsToldThatTheServerStops() {
        Sandbox sandbox = added(Specs.aSpec());
        EventClient client = watch("?after=0", null);
        assertThat(data(client.next()).path("sandboxId").asText())
                .isEqualTo(sandbox.id().value());

        server.feed.close();

        Event closing = client.next();
        assertThat(closing.name()).isEqualTo("closing");
        assertThat(closing.id()).isEqualTo("1");
        assertThat(client.next().name()).isEqualTo("end");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?after=x",
                "?after=-1",
                "?after=1&after=2",
                "?after=1234567890123456789012",
                "?after=",
                "?sandboxId=x",
                "?sandboxId=00000000-0000-4000-8000-000000000001&sandboxId=00000000-0000-4000-8000-000000000001"
            })
    void whatCannotBeReadIsRefusedByName(String query) {
        Answer refused = server.get("/v1/events" + query);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).startsWith(query.substring(1, query.indexOf('=')) + ": must be");
    }

    @Test
    void aLastEventIdThatCannotBeReadIsRefused() {
        Answer refused = server.send(
                "GET", "/v1/events", null, "OPEN-SANDBOX-API-KEY", TestServer.KEY, "Last-Event-ID", "1\u00e4");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).startsWith("Last-Event-ID: must be");
    }

    @Test
    void eventsAreForThoseWithAKeyOnly() {
        assertThat(server.send("GET", "/v1/events", null).status()).isEqualTo(401);
        assertThat(server.send("HEAD", "/v1/events", null, "OPEN-SANDBOX-API-KEY", TestServer.KEY)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theAuditTrailTellsWhoDidWhat() {
        String id = server.post("/v1/sandboxes", TestServer.MINIMAL, "X-Request-ID", "r-1")
                .body()
                .path("id")
                .asText();
        server.repository.update(server.queue.submitted.getFirst(), sandbox -> sandbox.started(Instant.now()));
        server.send(
                "PUT",
                "/sandboxes/" + id + "/proxy/18080/policy",
                "{\"defaultAction\":\"allow\",\"egress\":[{\"action\":\"allow\",\"target\":\"example.com\"}]}",
                SandboxTokens.EGRESS_HEADER,
                TestServer.TOKENS.egress(id),
                "X-Request-ID",
                "r-2");
        server.send("DELETE", "/v1/sandboxes/" + id, null, "OPEN-SANDBOX-API-KEY", "other-key", "X-Request-ID", "r-3");

        JsonNode items = server.get("/v1/sandboxes/" + id + "/audit").body().path("items");

        List<String> trail = new ArrayList<>();
        items.forEach(item ->
                trail.add(item.path("type").asText() + " " + item.path("state").asText() + " "
                        + item.path("actor").path("kind").asText() + " "
                        + item.path("actor").path("name").asText() + " "
                        + item.path("actor").path("requestId").asText("-")));
        assertThat(trail)
                .containsExactly(
                        "created Pending api_key default r-1",
                        "state_changed Running system system -",
                        "policy_changed Running sandbox_token egress r-2",
                        "deletion_requested Stopping api_key other r-3",
                        "state_changed Stopping api_key other r-3",
                        "state_changed Terminated api_key other r-3");
    }

    @Test
    void aLongTrailIsReadInParts() {
        Sandbox sandbox = started(added(Specs.aSpec()));
        String path = "/v1/sandboxes/" + sandbox.id() + "/audit?limit=1";

        JsonNode first = server.get(path).body();
        JsonNode second =
                server.get(path + "&after=" + first.path("nextAfter").asText()).body();
        JsonNode third =
                server.get(path + "&after=" + second.path("nextAfter").asText()).body();

        assertThat(first.path("items").get(0).path("type").asText()).isEqualTo("created");
        assertThat(second.path("items").get(0).path("type").asText()).isEqualTo("state_changed");
        assertThat(third.path("items")).isEmpty();
        assertThat(third.has("nextAfter")).isFalse();
    }

    @Test
    void anUnknownSandboxHasNoTrail() {
        assertThat(server.get("/v1/sandboxes/" + Sandboxes.anId() + "/audit").code())
                .isEqualTo("SANDBOX_NOT_FOUND");
        assertThat(server.get("/v1/sandboxes/x/audit").status()).isEqualTo(404);
        Sandbox sandbox = added(Specs.aSpec());
        assertThat(server.get("/v1/sandboxes/" + sandbox.id() + "/audit?limit=0&after=x")
                        .message())
                .contains("after: must be", "limit: must be");
    }
}
