package dev.sandkeep.adapters.http.snapshot;

import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aTerminatedSandbox;
import static dev.sandkeep.testkit.fixture.Snapshots.DISK_USE;
import static dev.sandkeep.testkit.fixture.Snapshots.aFailedSnapshot;
import static dev.sandkeep.testkit.fixture.Snapshots.aReadySnapshot;
import static dev.sandkeep.testkit.fixture.Snapshots.aSnapshot;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.TestServer.Answer;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.snapshot.Snapshot;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotRoutesTest {

    private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";

    private final TestServer server = new TestServer();

    @AfterEach
    void close() {
        server.close();
    }

    private SandboxId running() {
        return recorded(aRunningSandbox());
    }

    private SandboxId recorded(Sandbox sandbox) {
        server.repository.add(sandbox, null);
        return sandbox.id();
    }

    private Snapshot recorded(Snapshot snapshot) {
        server.snapshots.add(snapshot);
        return snapshot;
    }

    private Answer create(SandboxId sandbox, String body) {
        return server.post("/v1/sandboxes/" + sandbox + "/snapshots", body);
    }

    private Answer delete(String path) {
        return server.send("DELETE", path, null, "OPEN-SANDBOX-API-KEY", TestServer.KEY);
    }

    @Test
    void aSnapshotIsAcceptedWithItsPlace() {
        SandboxId sandbox = running();

        Answer created = create(sandbox, "{\"name\":\"after setup\"}");

        assertThat(created.status()).isEqualTo(202);
        String id = created.body().path("id").asText();
        assertThat(created.header("Location")).isEqualTo("/v1/snapshots/" + id);
        assertThat(created.body().path("sandboxId").asText()).isEqualTo(sandbox.value());
        assertThat(created.body().path("name").asText()).isEqualTo("after setup");
        assertThat(created.body().path("status").path("state").asText()).isEqualTo("Creating");
        assertThat(created.body().path("status").path("reason").asText()).isEqualTo("snapshot_accepted");
        assertThat(created.body().has("sizeBytes")).isFalse();
        assertThat(server.get("/v1/snapshots/" + id).body()).isEqualTo(created.body());
        assertThat(server.get("/snapshots/" + id).body()).isEqualTo(created.body());
    }

    @Test
    void noBodyAtAllIsFine() {
        String path = "/v1/sandboxes/" + running() + "/snapshots";

        Answer bare = server.send("POST", path, null, "OPEN-SANDBOX-API-KEY", TestServer.KEY);
        Answer empty = server.post(path, "", "Content-Type", "application/json");

        assertThat(List.of(bare.status(), empty.status())).containsExactly(202, 202);
        assertThat(bare.body().has("name")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"name\":null}", "{\"other\":1}"})
    void aBodyWithoutANameIsFine(String body) {
        assertThat(create(running(), body).status()).isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "\"x\"",
                "{",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "{\"name\":7}",
                "{\"name\":[]}",
                "{\"name\":{}}",
                "{\"name\":\"\"}",
                "{\"name\":\" a\"}",
                "{\"name\":\"\\u0000\"}",
                "{\"name\":\"\\ud800\"}",
                "{\"name\":\"\\u202e\"}",
                "{\"name\":\"\\u001b[31m\"}",
                "{} {}"
            })
    void whatIsNoProperRequestIsRefusedAndLeavesNothing(String body) {
        Answer refused = create(running(), body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("INVALID_REQUEST");
        assertThat(refused.message()).isNotBlank().doesNotContain("\u001b");
        assertThat(server.snapshots.listAll()).isEmpty();
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        assertThat(create(running(), "{\"name\":\"" + "x".repeat(129) + "\"}").message())
                .startsWith("name:");
    }

    @Test
    void aSandboxThatIsNotThereIsNotFound() {
        for (String id : List.of(UNKNOWN, "x", "..")) {
            Answer refused = server.post("/v1/sandboxes/" + id + "/snapshots", "{}");
            assertThat(refused.status()).isEqualTo(404);
        }
    }

    @Test
    void aSandboxThatDoesNotRunIsRefusedWithItsState() {
        Answer pending = create(recorded(aSandbox()), "{}");
        Answer ended = create(recorded(aTerminatedSandbox()), "{}");

        assertThat(List.of(pending.status(), ended.status())).containsExactly(409, 409);
        assertThat(pending.code()).isEqualTo("ILLEGAL_STATE");
        assertThat(pending.message()).contains("Pending");
    }

    @Test
    void tooManyAtATimeAreToldWhenToTryAgain() {
        SandboxId sandbox = running();
        for (int i = 0; i < TestServer.MOST_SNAPSHOTS; i++) {
            create(sandbox, "{}");
        }

        Answer refused = create(sandbox, "{}");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isEqualTo("5");
    }

    @Test
    void oneSnapshotMoreThanTheServerKeepsIsRefusedWithTheNumbers() {
        SandboxId sandbox = running();
        for (int i = 0; i < TestServer.MOST_SNAPSHOTS_KEPT; i++) {
            recorded(aReadySnapshot());
        }

        Answer refused = create(sandbox, "{}");

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("QUOTA_EXCEEDED");
        assertThat(refused.message()).contains(Integer.toString(TestServer.MOST_SNAPSHOTS_KEPT));
    }

    @Test
    void aReadySnapshotTellsItsSize() {
        Snapshot ready = recorded(aReadySnapshot());

        Answer found = server.get("/v1/snapshots/" + ready.id());

        assertThat(found.status()).isEqualTo(200);
        assertThat(found.body().path("sizeBytes").asLong()).isEqualTo(DISK_USE.total());
        assertThat(found.body().path("uniqueBytes").asLong()).isEqualTo(DISK_USE.unique());
    }

    @Test
    void aSnapshotThatIsNotThereIsNotFound() {
        for (String id : List.of(UNKNOWN, "snap_123")) {
            Answer found = server.get("/v1/snapshots/" + id);
            Answer deleted = delete("/v1/snapshots/" + id);
            assertThat(List.of(found.status(), deleted.status())).containsExactly(404, 404);
            assertThat(found.code()).isEqualTo("SNAPSHOT_NOT_FOUND");
        }
    }

    @Test
    void snapshotsAreListedByWhatIsAskedFor() {
        Snapshot ready = recorded(aReadySnapshot());
        Snapshot failed = recorded(aFailedSnapshot());

        assertThat(totalOf("")).isEqualTo(2);
        assertThat(totalOf("?state=Ready")).isEqualTo(1);
        assertThat(totalOf("?state=Ready&state=Failed")).isEqualTo(2);
        assertThat(totalOf("?state=ready")).as("upper and lower case matter").isZero();
        assertThat(totalOf("?sandboxId=" + ready.sandboxId())).isEqualTo(1);
        assertThat(totalOf("?sandboxId=nobody")).isZero();
        assertThat(totalOf("?name=after%20setup")).isEqualTo(2);
        assertThat(totalOf("?name=other")).isZero();
        assertThat(totalOf("?sandboxId=" + failed.sandboxId() + "&state=Ready")).isZero();
        assertThat(server.get("/v1/snapshots?pageSize=1")
                        .body()
                        .path("pagination")
                        .path("hasNextPage")
                        .asBoolean())
                .isTrue();
    }

    private long totalOf(String query) {
        return server.get("/v1/snapshots" + query)
                .body()
                .path("pagination")
                .path("totalItems")
                .asLong(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"page=0", "pageSize=201", "pageSize=x", "page=1&page=2", "name=a&name=b", "name=%00"})
    void aWrongParameterIsNamed(String query) {
        Answer refused = server.get("/v1/snapshots?" + query);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).startsWith(query.substring(0, query.indexOf('=')) + ":");
    }

    @Test
    void aDeletedSnapshotIsGone() {
        Snapshot ready = recorded(aReadySnapshot());

        assertThat(delete("/v1/snapshots/" + ready.id()).status()).isEqualTo(204);
        assertThat(server.get("/v1/snapshots/" + ready.id()).status()).isEqualTo(404);
    }

    @Test
    void aSnapshotThatIsBeingCreatedCannotBeDeleted() {
        Snapshot creating = recorded(aSnapshot());

        Answer refused = delete("/v1/snapshots/" + creating.id());

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("ILLEGAL_STATE");
    }

    @Test
    void aSnapshotOfWhichASandboxIsBeingMadeStays() {
        Snapshot ready = recorded(aReadySnapshot());
        recorded(aSandbox(aSpec().snapshot(ready.id())));

        Answer refused = delete("/v1/snapshots/" + ready.id());

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("SNAPSHOT_IN_USE");
        assertThat(server.get("/v1/snapshots/" + ready.id())
                        .body()
                        .path("status")
                        .path("state")
                        .asText())
                .isEqualTo("Ready");
    }

    private Answer restore(String snapshot, String more) {
        return server.post(
                "/v1/sandboxes",
                "{\"snapshotId\":\"" + snapshot + "\",\"timeout\":600,\"resourceLimits\":{}" + more + "}");
    }

    @Test
    void aRestoredSandboxShowsItsSnapshotAndOnlyWaits() {
        Snapshot ready = recorded(aReadySnapshot());

        Answer created = restore(ready.id().value(), ",\"image\":null,\"entrypoint\":null");

        assertThat(created.status()).isEqualTo(202);
        assertThat(created.body().path("entrypoint").toString()).isEqualTo("[\"tail\",\"-f\",\"/dev/null\"]");
        Answer found = server.get("/v1/sandboxes/" + created.body().path("id").asText());
        assertThat(found.body().path("snapshotId").asText())
                .isEqualTo(ready.id().value());
        assertThat(found.body().has("image")).isFalse();
    }

    @Test
    void aRestoredSandboxRunsWhatItIsTold() {
        Snapshot ready = recorded(aReadySnapshot());

        Answer created = restore(ready.id().value(), ",\"image\":{\"uri\":\" \"},\"entrypoint\":[\"python\",\"x.py\"]");

        assertThat(created.body().path("entrypoint").toString()).isEqualTo("[\"python\",\"x.py\"]");
    }

    @Test
    void whatCannotBeRestoredIsTold() {
        Snapshot creating = recorded(aSnapshot());

        Answer missing = restore(UNKNOWN, "");
        Answer noId = restore("snap_123", "");
        Answer notReady = restore(creating.id().value(), "");
        Answer both = restore(UNKNOWN, ",\"image\":{\"uri\":\"python\"}");

        assertThat(List.of(missing.code(), noId.code())).containsOnly("SNAPSHOT_NOT_FOUND");
        assertThat(List.of(missing.status(), noId.status(), notReady.status(), both.status()))
                .containsExactly(404, 404, 409, 400);
        assertThat(notReady.code()).isEqualTo("SNAPSHOT_NOT_READY");
        assertThat(both.message()).startsWith("snapshotId:");
        assertThat(server.repository.listLive()).isEmpty();
    }
}
