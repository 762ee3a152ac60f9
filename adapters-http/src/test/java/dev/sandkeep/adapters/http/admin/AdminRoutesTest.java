package dev.sandkeep.adapters.http.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.TestServer.Answer;
import dev.sandkeep.application.port.RuntimePart;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminRoutesTest {

    private static final String PATH = "/v1/admin/reconciliation";

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void beforeTheFirstComparisonThereIsOnlyAPreview() {
        stray("forgotten");

        JsonNode report = server.get(PATH).body();

        assertThat(report.has("last")).isFalse();
        JsonNode finding = report.path("preview").path("findings").path(0);
        assertThat(finding.path("subject").asText()).isEqualTo("network");
        assertThat(finding.path("name").asText()).isEqualTo("forgotten");
        assertThat(finding.path("outcome").asText()).isEqualTo("planned");
        assertThat(server.runtime.listStrays()).hasSize(1);
    }

    @Test
    void aComparisonRepairsAndIsReported() {
        stray("forgotten");

        JsonNode done = server.post(PATH, "").body();

        assertThat(done.path("dryRun").asBoolean()).isFalse();
        assertThat(done.path("findings").path(0).path("outcome").asText()).isEqualTo("done");
        assertThat(server.runtime.listStrays()).isEmpty();
        JsonNode report = server.get(PATH).body();
        assertThat(report.path("last")).isEqualTo(done);
        assertThat(report.path("preview").path("findings")).isEmpty();
    }

    @Test
    void aDryRunOnlyLooks() {
        stray("forgotten");

        JsonNode looked = server.post(PATH + "?dryRun=true", "").body();

        assertThat(looked.path("dryRun").asBoolean()).isTrue();
        assertThat(looked.path("findings")).hasSize(1);
        assertThat(server.runtime.listStrays()).hasSize(1);
        assertThat(server.get(PATH).body().has("last")).isFalse();
    }

    @Test
    void anythingButTrueOrFalseIsRefusedRatherThanTakenForARealRun() {
        stray("forgotten");

        Answer refused = server.post(PATH + "?dryRun=yes", "");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).contains("dryRun", "true or false");
        assertThat(server.runtime.listStrays()).hasSize(1);
    }

    @Test
    void whileTheRuntimeIsAwayNothingIsConcluded() {
        server.runtime.goAway();

        assertThat(server.get(PATH).status()).isEqualTo(503);
        assertThat(server.post(PATH, "").code()).isEqualTo("RUNTIME_UNAVAILABLE");
    }

    @ParameterizedTest
    @ValueSource(strings = {PATH, "/admin/reconciliation", PATH + "?dryRun=true"})
    void onlyAnAdministratorMayLookOrRepair(String path) {
        stray("forgotten");

        for (String method : List.of("GET", "HEAD", "POST")) {
            Answer refused = server.send(method, path, null, "OPEN-SANDBOX-API-KEY", "other-key");
            assertThat(refused.status()).as(method).isEqualTo(403);
        }

        Answer refused = server.send("POST", path, "", "OPEN-SANDBOX-API-KEY", "other-key");
        assertThat(refused.code()).isEqualTo("FORBIDDEN");
        assertThat(refused.message()).contains("administrators", "api.admin-keys");
        assertThat(server.runtime.listStrays()).hasSize(1);
    }

    @Test
    void itNeedsAnApiKey() {
        assertThat(server.send("GET", PATH, null).status()).isEqualTo(401);
        assertThat(server.send("POST", PATH, "").status()).isEqualTo(401);
    }

    private void stray(String network) {
        server.runtime.addStray(new RuntimePart(RuntimePart.Kind.NETWORK, network));
    }
}
