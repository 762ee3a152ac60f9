package dev.sandkeep.adapters.http.sandbox;

import static dev.sandkeep.adapters.http.TestServer.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.TestServer.Answer;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients see of a sandbox being changed. */
class SandboxChangeRoutesTest {

    private final TestServer server = new TestServer();

    @AfterEach
    void close() {
        server.close();
    }

    private String running() {
        server.runtime.addImage(Specs.IMAGE);
        Sandbox sandbox = Sandbox.request(
                        Sandboxes.anId(),
                        Specs.aSpec().build(),
                        Sandboxes.TIMEOUT,
                        Instant.parse("2030-01-01T00:00:00Z"))
                .started(Instant.parse("2030-01-01T00:00:01Z"));
        server.runtime.launch(sandbox);
        server.repository.add(sandbox, null);
        return "/v1/sandboxes/" + sandbox.id();
    }

    private Answer post(String path) {
        return server.send("POST", path, null, "OPEN-SANDBOX-API-KEY", KEY);
    }

    private String stateOf(String sandbox) {
        return server.get(sandbox).body().path("status").path("state").asText();
    }

    @Test
    void aSandboxIsPausedAndResumedWithoutABody() {
        String sandbox = running();

        Answer paused = post(sandbox + "/pause");
        assertThat(paused.status()).isEqualTo(202);
        assertThat(paused.response().body()).isEmpty();
        assertThat(stateOf(sandbox)).isEqualTo("Paused");

        Answer resumed = post(sandbox + "/resume");
        assertThat(resumed.status()).isEqualTo(202);
        assertThat(resumed.response().body()).isEmpty();
        assertThat(stateOf(sandbox)).isEqualTo("Running");
    }

    @Test
    void bothMayBeRepeatedAndComeWithAnEmptyBodyThatClaimsToBeJson() {
        String sandbox = running();

        for (String operation : new String[] {"/resume", "/pause", "/pause", "/resume", "/resume"}) {
            assertThat(server.post(sandbox + operation, "", "Content-Type", "application/json")
                            .status())
                    .as(operation)
                    .isEqualTo(202);
        }
        assertThat(stateOf(sandbox)).isEqualTo("Running");
    }

    @Test
    void theLastTransitionIsThePauseOrTheResume() {
        String sandbox = running();
        Instant before = Instant.now();

        post(sandbox + "/pause");
        Instant paused = lastTransitionAt(sandbox);
        post(sandbox + "/resume");

        assertThat(paused).isAfterOrEqualTo(before.minusMillis(1));
        assertThat(lastTransitionAt(sandbox)).isAfterOrEqualTo(paused);
    }

    private Instant lastTransitionAt(String sandbox) {
        return Instant.parse(server.get(sandbox)
                .body()
                .path("status")
                .path("lastTransitionAt")
                .asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/pause", "/resume"})
    void aSandboxThatDoesNotRunYetCannotBe(String operation) {
        String sandbox = server.post("/v1/sandboxes", TestServer.MINIMAL).header("Location");

        assertThat(post(sandbox + operation))
                .returns(409, Answer::status)
                .returns("ILLEGAL_STATE", Answer::code)
                .satisfies(answer -> assertThat(answer.message()).endsWith("it is Pending"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/pause", "/resume"})
    void aSandboxThatIsNotThereIsNotFound(String operation) {
        assertThat(post("/v1/sandboxes/" + UUID.randomUUID() + operation))
                .returns(404, Answer::status)
                .returns("SANDBOX_NOT_FOUND", Answer::code);
        assertThat(post("/sandboxes/no-id" + operation)).returns(404, Answer::status);
    }

    @Test
    void aRuntimeThatCannotPauseSaysSo() {
        String sandbox = running();
        server.runtime.removeCapability(RuntimeCapability.PAUSE);

        assertThat(post(sandbox + "/pause"))
                .returns(409, Answer::status)
                .returns("UNSUPPORTED_BY_RUNTIME", Answer::code);
    }

    @Test
    void duringAnOutageItAsksToComeBackLater() {
        String sandbox = running();
        server.runtime.goAway();

        assertThat(post(sandbox + "/pause")).returns(503, Answer::status).returns("RUNTIME_UNAVAILABLE", Answer::code);
    }

    @Test
    void aPausedSandboxIsDeleted() {
        String sandbox = running();
        post(sandbox + "/pause");

        assertThat(server.send("DELETE", sandbox, null, "OPEN-SANDBOX-API-KEY", KEY)
                        .status())
                .isEqualTo(204);

        assertThat(server.runtime.observeAll()).noneMatch(seen -> seen.observation() instanceof Observation.Paused);
    }

    private Answer renew(String sandbox, String body) {
        return server.post(sandbox + "/renew-expiration", body, "Content-Type", "application/json");
    }

    private Answer patch(String sandbox, String body) {
        return server.send("PATCH", sandbox + "/metadata", body, "OPEN-SANDBOX-API-KEY", KEY);
    }

    @ParameterizedTest
    @CsvSource({"Z, 0", "+05:30, 19800", "-08:00, -28800", "'', 0", "z, 0"})
    void aRenewalIsAnsweredWithTheNewDeadlineInUtc(String offset, int seconds) {
        String sandbox = running();
        Instant wanted = Instant.now().plusSeconds(3600).truncatedTo(ChronoUnit.SECONDS);
        String local = LocalDateTime.ofEpochSecond(wanted.getEpochSecond() + seconds, 0, ZoneOffset.UTC)
                .format(DateTimeFormatter.ISO_LOCAL_DATE_TIME);

        Answer renewed = renew(sandbox, "{\"expiresAt\":\"" + local + ".123456789" + offset + "\"}");

        assertThat(renewed.status()).as(renewed.response().body()).isEqualTo(200);
        assertThat(renewed.body().toString()).isEqualTo("{\"expiresAt\":\"" + wanted.plusNanos(123_456_000) + "\"}");
        assertThat(server.get(sandbox).body().path("expiresAt"))
                .isEqualTo(renewed.body().path("expiresAt"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"expiresAt\":null}",
                "{\"expiresAt\":\"\"}",
                "{\"expiresAt\":\"tomorrow\"}",
                "{\"expiresAt\":1893456000}",
                "{\"expiresAt\":\"2030-02-30T00:00:00Z\"}",
                "{\"expiresAt\":\"2001-01-01T00:00:00Z\"}",
                "{\"expiresAt\":\"9999-01-01T00:00:00Z\"}",
                "{\"expiresAt\":\"+999999999-01-01T00:00:00Z\"}",
                "{\"expiresAt\":\"2030-01-01T00:00:00Z[Europe/Paris]\"}",
                "[]",
                "null"
            })
    void aMomentThatIsNoneOrIsNotAllowedIsRefused(String body) {
        String sandbox = running();
        JsonNode before = server.get(sandbox).body();

        Answer refused = renew(sandbox, body);

        assertThat(refused).returns(400, Answer::status).returns("INVALID_REQUEST", Answer::code);
        assertThat(refused.message()).containsAnyOf("expiresAt: ", "body: ");
        assertThat(server.get(sandbox).body()).isEqualTo(before);
    }

    @Test
    void aSandboxWithoutADeadlineCannotBeRenewed() {
        String sandbox = server.post("/v1/sandboxes", TestServer.MINIMAL.replace("600", "null"))
                .header("Location");

        assertThat(renew(sandbox, "{\"expiresAt\":\"" + Instant.now().plusSeconds(60) + "\"}"))
                .returns(409, Answer::status)
                .returns("ILLEGAL_STATE", Answer::code);
    }

    @Test
    void aRenewalOfWhatIsNotThereIsNotFound() {
        assertThat(renew("/v1/sandboxes/" + UUID.randomUUID(), "{\"expiresAt\":\"2030-01-01T00:00:00Z\"}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aPatchSetsAndTakesAwayLabelsAndIsAnsweredWithTheWholeSandbox() {
        String sandbox = running();
        patch(sandbox, "{\"gone\":\"1\",\"team\":\"a\"}");

        Answer patched = patch(sandbox, "{\"gone\":null,\"team\":\"b\",\"absent\":null,\"name\":\"Any line\"}");

        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.body()).isEqualTo(server.get(sandbox).body());
        assertThat(patched.body().path("metadata").toString()).isEqualTo("{\"name\":\"Any line\",\"team\":\"b\"}");
        assertThat(server.get("/v1/sandboxes?metadata=team%3Db").body().path("items"))
                .hasSize(1);
        assertThat(server.get("/v1/sandboxes?metadata=gone%3D1").body().path("items"))
                .isEmpty();
    }

    @Test
    void aLabelThatWasTakenAwayStaysAway() {
        String sandbox = server.post(
                        "/v1/sandboxes", TestServer.MINIMAL.replace("{\"image", "{\"metadata\":{\"a\":\"1\"},\"image"))
                .header("Location");

        patch(sandbox, "{\"a\":null}");
        Answer patched = patch(sandbox, "{\"b\":\"2\"}");

        assertThat(patched.body().path("metadata").toString()).isEqualTo("{\"b\":\"2\"}");
    }

    @Test
    void anEmptyPatchChangesNothing() {
        String sandbox = running();
        JsonNode before = server.get(sandbox).body();

        assertThat(patch(sandbox, "{}")).returns(200, Answer::status).returns(before, Answer::body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"team\":1}",
                "{\"team\":{\"a\":\"b\"}}",
                "{\"team\":[\"a\"]}",
                "{\"team\":true}",
                "{\"team\":\"no label value\"}",
                "{\"no key!\":\"x\"}",
                "{\"opensandbox.io/id\":\"x\"}",
                "{\"opensandbox.io/id\":null}",
                "{\"sandkeep.dev/id\":null}",
                "{\"good\":\"1\",\"bad\":\"no label value\"}",
                "[]",
                "null",
                "\"text\"",
                "{\"a\":\"1\",\"a\":\"2\"}",
                "{"
            })
    void aPatchThatIsNotAllowedChangesNothing(String body) {
        String sandbox = running();
        JsonNode before = server.get(sandbox).body();

        assertThat(patch(sandbox, body)).returns(400, Answer::status).returns("INVALID_REQUEST", Answer::code);

        assertThat(server.get(sandbox).body()).isEqualTo(before);
    }

    @Test
    void aPatchNamesAllItsProblems() {
        assertThat(patch(running(), "{\"a\":1,\"b\":true,\"c\":null}").message())
                .isEqualTo("metadata.a: must be a string; metadata.b: must be a string");
    }

    @Test
    void whatEndedKeepsItsLabelsChangeableAndWhatWasDeletedDoesNot() {
        Sandbox failed = Sandboxes.aFailedSandbox();
        Sandbox deleted = Sandboxes.aTerminatedSandbox();
        server.repository.add(failed, null);
        server.repository.add(deleted, null);

        assertThat(patch("/v1/sandboxes/" + failed.id(), "{\"seen\":\"yes\"}").status())
                .isEqualTo(200);
        assertThat(patch("/v1/sandboxes/" + deleted.id(), "{\"seen\":\"yes\"}").status())
                .isEqualTo(404);
    }

    @Test
    void aListIsReadByCursorToItsEnd() {
        for (int i = 0; i < 5; i++) {
            server.post("/v1/sandboxes", TestServer.MINIMAL);
        }
        JsonNode first = server.get("/v1/sandboxes?pageSize=2").body();
        String second = "/v1/sandboxes?pageSize=2&cursor="
                + first.path("pagination").path("nextCursor").asText();
        JsonNode next = server.get(second).body();
        JsonNode last = server.get("/v1/sandboxes?pageSize=2&cursor="
                        + next.path("pagination").path("nextCursor").asText())
                .body();

        Set<String> ids = new HashSet<>();
        List.of(first, next, last)
                .forEach(page -> page.path("items")
                        .forEach(item -> ids.add(item.path("id").asText())));
        assertThat(ids).hasSize(5);
        assertThat(next.path("pagination").path("totalItems").asInt()).isEqualTo(5);
        assertThat(last.path("items")).hasSize(1);
        assertThat(last.path("pagination").path("hasNextPage").asBoolean()).isFalse();
        assertThat(last.path("pagination").has("nextCursor")).isFalse();
    }
}
