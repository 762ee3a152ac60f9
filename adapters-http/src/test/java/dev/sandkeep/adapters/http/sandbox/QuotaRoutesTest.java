package dev.sandkeep.adapters.http.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.TestServer.Answer;
import dev.sandkeep.domain.sandbox.SandboxId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The key {@code other} of the test server may have one sandbox at a time. */
class QuotaRoutesTest {

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void oneSandboxTooManyIsRefusedWithTheNumbers() {
        assertThat(createAsOther().status()).isEqualTo(202);

        Answer refused = createAsOther();

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("QUOTA_EXCEEDED");
        assertThat(refused.message()).contains("may have 1", "has 1");
        assertThat(server.repository.listLive()).hasSize(1);
        assertThat(server.post("/v1/sandboxes", TestServer.MINIMAL).status()).isEqualTo(202);
    }

    @Test
    void aRepeatedRequestIsNotASecondSandbox() {
        Answer first = createAsOther("Idempotency-Key", "once");
        Answer again = createAsOther("Idempotency-Key", "once");

        assertThat(again.status()).isEqualTo(202);
        assertThat(again.body().path("id")).isEqualTo(first.body().path("id"));
    }

    @Test
    void whoeverCreatesASandboxOwnsIt() {
        SandboxId id =
                SandboxId.find(createAsOther().body().path("id").asText()).orElseThrow();

        assertThat(server.repository.findOwner(id)).contains("other");
    }

    private Answer createAsOther(String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "OPEN-SANDBOX-API-KEY";
        all[headers.length + 1] = "other-key";
        return server.send("POST", "/v1/sandboxes", TestServer.MINIMAL, all);
    }
}
