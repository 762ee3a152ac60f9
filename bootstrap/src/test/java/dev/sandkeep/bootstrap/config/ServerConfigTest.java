package dev.sandkeep.bootstrap.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.admission.Quota;
import dev.sandkeep.domain.admission.Quotas;
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
            Map.entry("api.admin-keys", "ci"),
            Map.entry("database.url", "jdbc:postgresql://db/sandkeep"),
            Map.entry("database.user", "somebody"),
            Map.entry("database.password", "secret"),
            Map.entry("database.pool-size", "3"),
            Map.entry("database.secret-key", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
            Map.entry("sandbox.max-timeout-seconds", "600"),
            Map.entry("sandbox.allow-no-expiry", "false"),
            Map.entry("sandbox.retention-seconds", "60"),
            Map.entry("sandbox.paused-time-counts", "false"),
            Map.entry("provisioning.launches", "5"),
            Map.entry("provisioning.pulls", "6"),
            Map.entry("provisioning.queue", "8"),
            Map.entry("diagnostics.kept-log-bytes", "2048"),
            Map.entry("diagnostics.inline-bytes", "4096"),
            Map.entry("proxy.public-host", "sandboxes.example.com:8443/api"),
            Map.entry("proxy.max-open-per-sandbox", "19"),
            Map.entry("proxy.renew-cooldown-seconds", "20"),
            Map.entry("proxy.signing-keys", "k1=0123456789abcdef0123456789abcdef"),
            Map.entry("webhooks.urls", "https://hooks.example.com/a,http://127.0.0.1:9/b"),
            Map.entry("webhooks.secret", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"),
            Map.entry("webhooks.max-attempts", "7"),
            Map.entry("events.max-watchers", "9"),
            Map.entry("events.heartbeat-seconds", "10"),
            Map.entry("snapshot.at-a-time", "4"),
            Map.entry("snapshot.queue", "9"),
            Map.entry("snapshot.max-kept", "7"),
            Map.entry("docker.host", "tcp://10.0.0.1:2375"),
            Map.entry("docker.allowed-host-paths", "/srv/a,/srv/b"),
            Map.entry("docker.oci-runtime", "runsc"),
            Map.entry("docker.gpu", "off"),
            Map.entry("docker.default-pids", "99"),
            Map.entry("egress.image", "registry.example.com/egress:1"),
            Map.entry("egress.resolvers", "198.18.0.53,2001:db8::53"),
            Map.entry("egress.allow-private", "true"),
            Map.entry("egress.ipv6", "false"),
            Map.entry("egress.spare-open", "5"),
            Map.entry("egress.spare-guarding", "3"),
            Map.entry("docker.call-timeout-seconds", "13"),
            Map.entry("docker.launch-timeout-seconds", "14"),
            Map.entry("docker.pull-timeout-seconds", "15"),
            Map.entry("docker.snapshot-timeout-seconds", "19"),
            Map.entry("runtime", "kubernetes"),
            Map.entry("kubernetes.kubeconfig", "/etc/kubeconfig"),
            Map.entry("kubernetes.context", "prod"),
            Map.entry("kubernetes.namespace", "boxes"),
            Map.entry("kubernetes.reach", "direct"),
            Map.entry("kubernetes.server-addresses", "10.1.0.0/16,fd01::1"),
            Map.entry("kubernetes.closed-addresses", "10.2.0.0/16"),
            Map.entry("kubernetes.sidecar", "container"),
            Map.entry("kubernetes.runtime-class", "crun"),
            Map.entry("kubernetes.priority-class", "low"),
            Map.entry("kubernetes.service-account", "boxes"),
            Map.entry("kubernetes.tolerations", "pool=boxes:NoSchedule,spot"),
            Map.entry("kubernetes.labels", "team=a,example.com/cost=b"),
            Map.entry("kubernetes.pod-template", "/etc/pod.yaml"),
            Map.entry("kubernetes.request-percent", "50"),
            Map.entry("kubernetes.capabilities", "CHOWN,SETUID"),
            Map.entry("kubernetes.user-namespaces", "true"),
            Map.entry("kubernetes.gpu", "true"),
            Map.entry("kubernetes.allowed-host-paths", "/srv/a"),
            Map.entry("kubernetes.storage-class", "fast"),
            Map.entry("kubernetes.storage", "10Gi"),
            Map.entry("kubernetes.back-stop-seconds", "0"),
            Map.entry("kubernetes.call-timeout-seconds", "21"),
            Map.entry("kubernetes.schedule-timeout-seconds", "22"),
            Map.entry("kubernetes.launch-timeout-seconds", "23"),
            Map.entry("exec.enabled", "false"),
            Map.entry("exec.audit-command-text", "true"),
            Map.entry("exec.max-per-sandbox", "24"),
            Map.entry("exec.warm-shells", "3"),
            Map.entry("exec.warm-idle-seconds", "25"),
            Map.entry("exec.max-terminals", "25"),
            Map.entry("exec.max-terminals-per-sandbox", "7"),
            Map.entry("exec.terminal-idle-seconds", "90"),
            Map.entry("http.max-requests", "16"),
            Map.entry("http.drain-seconds", "17"),
            Map.entry("http.stop-grace-seconds", "18"),
            Map.entry("metrics.token", "a-token-of-some-length"),
            Map.entry("log.format", "json"),
            Map.entry("log.level", "debug"),
            Map.entry("quota.sandboxes", "19"),
            Map.entry("quota.creates-per-minute", "20"),
            Map.entry("quota.cpu", "21"),
            Map.entry("quota.memory", "22Gi"),
            Map.entry("quota.keys", "ci sandboxes=1 cpu=500m, guest memory=none creates-per-minute=2"));

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
                .isEqualTo(new ServerConfig.Sandboxes(Duration.ofDays(1), true, Duration.ofDays(1), true));
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
        "SANDKEEP_DATABASE_SECRET_KEY, c2hvcnQ=",
        "SANDKEEP_DATABASE_SECRET_KEY, MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMQ==",
        "SANDKEEP_DATABASE_SECRET_KEY, no Base64",
        "SANDKEEP_DOCKER_ALLOWED_HOST_PATHS, relative/path",
        "SANDKEEP_DOCKER_GPU, maybe",
        "SANDKEEP_SANDBOX_ALLOW_NO_EXPIRY, yes",
        "SANDKEEP_METRICS_TOKEN, short",
        "SANDKEEP_LOG_FORMAT, xml",
        "SANDKEEP_LOG_LEVEL, trace",
        "SANDKEEP_QUOTA_SANDBOXES, -1",
        "SANDKEEP_QUOTA_CREATES_PER_MINUTE, 0",
        "SANDKEEP_QUOTA_CPU, lots",
        "SANDKEEP_QUOTA_MEMORY, 1Ki",
        "SANDKEEP_QUOTA_KEYS, lonely",
        "SANDKEEP_QUOTA_KEYS, lonely disk=1",
        "SANDKEEP_QUOTA_KEYS, lonely cpu=1:bob",
        "SANDKEEP_QUOTA_KEYS, 'ci cpu=1,ci cpu=2'",
    })
    void aValueThatIsNotAllowedIsAnErrorThatNamesTheKeyAndNotTheValue(String variable, String value) {
        assertThatThrownBy(() -> ServerConfig.from(Map.of(variable, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(variable)
                .hasMessageContaining("must be")
                .hasMessageNotContaining(value + " ");
    }

    @Test
    void aKeyHasItsOwnLimitsAndOtherwiseTheUsualOnes() {
        ServerConfig config = ServerConfig.from(Map.of(
                "SANDKEEP_QUOTA_SANDBOXES", "10",
                "SANDKEEP_QUOTA_MEMORY", "1Gi",
                "SANDKEEP_QUOTA_KEYS", "ci sandboxes=20 cpu=2, guest memory=none"));

        Quotas quotas = config.operations().quotas();

        assertThat(quotas.of("anybody")).isEqualTo(new Quota(10, null, null, 1L << 30));
        assertThat(quotas.of("ci")).isEqualTo(new Quota(20, null, 2_000_000_000L, 1L << 30));
        assertThat(quotas.of("guest")).isEqualTo(new Quota(10, null, null, null));
    }

    @Test
    void secretsAreNeverDescribed() {
        Map<String, String> environment = new HashMap<>();
        environment.put("SANDKEEP_API_KEY", "clear-text-of-the-key");
        environment.put("SANDKEEP_DATABASE_PASSWORD", "clear-text-password");
        environment.put("SANDKEEP_METRICS_TOKEN", "clear-text-of-the-token");
        environment.put("SANDKEEP_DATABASE_SECRET_KEY", "clear+text+clear+text+clear+text+clear+text=");

        assertThat(ServerConfig.describe(environment).toString() + ServerConfig.from(environment))
                .contains("***")
                .doesNotContain("clear-text", "clear+text");
    }
}
