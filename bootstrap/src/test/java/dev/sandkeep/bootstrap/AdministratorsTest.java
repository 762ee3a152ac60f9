package dev.sandkeep.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.adapters.http.auth.ApiKeys;
import dev.sandkeep.bootstrap.config.ConfigException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose API keys may administer a server that is configured like this. */
class AdministratorsTest {

    private static final String PATH = "/v1/admin/reconciliation";
    private static final String CI = "the-key-of-a-build";

    @TempDir
    Path directory;

    private ServerOnFakes server(String administrators) {
        return new ServerOnFakes(
                directory, "SANDKEEP_API_KEYS", "ci=" + sha256(CI), "SANDKEEP_API_ADMIN_KEYS", administrators);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int status(ServerOnFakes server, String path, String key) {
        return server.send(server.request("GET", path, "").header(ApiKeys.HEADER, key))
                .statusCode();
    }

    @Test
    void everyKeyMayWhereNoneIsNamed() {
        try (ServerOnFakes server = server("")) {
            assertThat(status(server, PATH, ServerOnFakes.KEY)).isEqualTo(200);
            assertThat(status(server, PATH, CI)).isEqualTo(200);
        }
    }

    @Test
    void onlyThoseMayThatAreNamed() {
        try (ServerOnFakes server = server("default")) {
            assertThat(status(server, PATH, ServerOnFakes.KEY)).isEqualTo(200);
            assertThat(status(server, PATH, CI)).isEqualTo(403);
            assertThat(status(server, "/v1/sandboxes", CI)).isEqualTo(200);
        }
        try (ServerOnFakes server = server("ci")) {
            assertThat(status(server, PATH, ServerOnFakes.KEY)).isEqualTo(403);
            assertThat(status(server, PATH, CI)).isEqualTo(200);
        }
    }

    @Test
    void aKeyThatThereIsNotIsASlipOfThePen() {
        assertThatThrownBy(() -> server("ci, opps"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("api.admin-keys: there is no API key of the name opps");
    }
}
