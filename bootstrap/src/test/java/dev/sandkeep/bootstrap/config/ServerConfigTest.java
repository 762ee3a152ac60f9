package dev.sandkeep.bootstrap.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class ServerConfigTest {

    private static final String HASH = "ab".repeat(32);

    /** One value that differs from the default for every setting, so that none is read into the wrong place. */
    static final Map<String, String> OTHER_VALUES = Map.ofEntries(
            Map.entry("instance", "blue"),
            Map.entry("data.dir", "/var/lib/sandkeep"),
            Map.entry("http.host", "::1"),
            Map.entry("http.port", "9090"),
            Map.entry("http.max-body-bytes", "2048"),
            Map.entry("http.max-connections", "7"),
            Map.entry("http.idle-timeout-seconds", "11"),
            Map.entry("http.max-wait-seconds", "12"),
            Map.entry("api.key", "a-key-of-some-length"),
            Map.entry("api.keys", "ci=" + HASH),
            Map.entry("database.url", "jdbc:postgresql://db/sandkeep"),
            Map.entry("database.user", "somebody"),
            Map.entry("database.password", "secret"),
            Map.entry("database.pool-size", "3"),
            Map.entry("sandbox.max-timeout-seconds", "600"),
            Map.entry("sandbox.allow-no-expiry", "false"),
            Map.entry("sandbox.retention-seconds", "60"),
            Map.entry("provisioning.launches", "5"),
            Map.entry("provisioning.pulls", "6"),
            Map.entry("provisioning.queue", "8"),
            Map.entry("docker.host", "tcp://10.0.0.1:2375"),
            Map.entry("docker.allowed-host-paths", "/srv/a,/srv/b"),
            Map.entry("docker.oci-runtime", "runsc"),
            Map.entry("docker.gpu", "off"),
            Map.entry("docker.default-pids", "99"),
            Map.entry("egress.image", "registry.example.com/egress:1"),
            Map.entry("egress.resolvers", "198.18.0.53,2001:db8::53"),
            Map.entry("egress.allow-private", "true"),
            Map.entry("egress.spare-open", "5"),
            Map.entry("egress.spare-guarding", "3"),
            Map.entry("docker.call-timeout-seconds", "13"),
            Map.entry("docker.launch-timeout-seconds", "14"),
            Map.entry("docker.pull-timeout-seconds", "15"));

    static final List<String> KEYS = Settings.all().stream().map(Setting::key).toList();

    @TempDir
    Path directory;

    @Test
    void theDefaultsListenOnLoopbackAndAllowNoHostMounts() {
        ServerConfig config = ServerConfig.from(Map.of());

        assertThat(config.http().host()).isEqualTo("127.0.0.1");
        assertThat(config.http().port()).isEqualTo(8080);
        assertThat(config.instance()).isEqualTo("default");
        assertThat(config.docker().allowedHostPaths()).isEmpty();
        assertThat(config.database().url()).isNull();
        assertThat(config.sandboxes())
                .isEqualTo(new ServerConfig.Sandboxes(Duration.ofDays(1), true, Duration.ofDays(1)));
    }

    @ParameterizedTest
    @FieldSource("KEYS")
    void everyKeyCanBeSetInTheFileAndByTheEnvironment(String key) throws IOException {
        String value = OTHER_VALUES.get(key);
        assertThat(value).as("a value to test " + key + " with").isNotNull();
        Path file = Files.writeString(directory.resolve("sandkeep.toml"), key + " = \"" + value + "\"\n");
        Setting<?> setting = Settings.all().stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow();

        ServerConfig fromFile = ServerConfig.from(Map.of("SANDKEEP_CONFIG", file.toString()));
        ServerConfig fromEnvironment = ServerConfig.from(Map.of(setting.variable(), value));

        // Compared field by field, since the descriptions of secrets look alike.
        assertThat(fromFile).isEqualTo(fromEnvironment).isNotEqualTo(ServerConfig.from(Map.of()));
    }

    @Test
    void theEnvironmentWinsOverTheFile() throws IOException {
        Path file = Files.writeString(directory.resolve("sandkeep.toml"), "[http]\nport = 1111\n");

        ServerConfig config =
                ServerConfig.from(Map.of("SANDKEEP_CONFIG", file.toString(), "SANDKEEP_HTTP_PORT", "2222"));

        assertThat(config.http().port()).isEqualTo(2222);
    }

    @Test
    void anUnknownKeyInTheFileIsAnErrorThatNamesItAndTheKnownOnes() throws IOException {
        Path file = Files.writeString(directory.resolve("sandkeep.toml"), "[http]\nprot = 1111\n");

        assertThatThrownBy(() -> ServerConfig.from(Map.of("SANDKEEP_CONFIG", file.toString())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("http.prot")
                .hasMessageContaining("http.port");
    }

    @Test
    void aFileThatIsNoTomlIsAnErrorWithItsPlace() throws IOException {
        Path file = Files.writeString(directory.resolve("sandkeep.toml"), "[http]\nport = = 1\n");

        assertThatThrownBy(() -> ServerConfig.from(Map.of("SANDKEEP_CONFIG", file.toString())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("line 2");
    }

    @ParameterizedTest
    @CsvSource({
        "SANDKEEP_HTTP_PORT, 65536",
        "SANDKEEP_HTTP_PORT, eighty",
        "SANDKEEP_INSTANCE, Blue_1",
        "SANDKEEP_API_KEY, short",
        "SANDKEEP_API_KEYS, ci=nothex",
        "SANDKEEP_DATABASE_URL, jdbc:h2:mem:x",
        "SANDKEEP_DOCKER_ALLOWED_HOST_PATHS, relative/path",
        "SANDKEEP_DOCKER_GPU, maybe",
        "SANDKEEP_SANDBOX_ALLOW_NO_EXPIRY, yes",
    })
    void aValueThatIsNotAllowedIsAnErrorThatNamesTheKeyAndNotTheValue(String variable, String value) {
        assertThatThrownBy(() -> ServerConfig.from(Map.of(variable, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(variable)
                .hasMessageContaining("must be")
                .hasMessageNotContaining(value + " ");
    }

    @Test
    void secretsAreNeverDescribed() {
        Map<String, String> environment = new HashMap<>();
        environment.put("SANDKEEP_API_KEY", "clear-text-of-the-key");
        environment.put("SANDKEEP_DATABASE_PASSWORD", "clear-text-password");

        assertThat(ServerConfig.describe(environment).toString() + ServerConfig.from(environment))
                .contains("***")
                .doesNotContain("clear-text");
    }
}
