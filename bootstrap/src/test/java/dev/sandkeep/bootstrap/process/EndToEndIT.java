package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a new user does: start the server as it is shipped, paste the documented requests, look at what happened. */
class EndToEndIT {

    @RegisterExtension
    static final ServerOnEngine on = ServerOnEngine.named("e2e").started();

    private static final EngineView engine = on.engine;
    private static final ServerProcess server = on.server;

    /** The example request of the documentation, with or without its policy. */
    private static String documented(String networkPolicy) {
        return """
                {
                  "image": {"uri": "python:3.11"},
                  "timeout": 3600,
                  "resourceLimits": {"cpu": "500m", "memory": "512Mi"},
                  "entrypoint": ["python", "/app/main.py"]%s
                }""".formatted(networkPolicy);
    }

    @ParameterizedTest
    @CsvSource({"deny, allow, pypi.org", "allow, deny, bad.example.com"})
    void theDocumentedRequestsWithTheirPoliciesAreRefusedAndLeaveNothing(
            String defaultAction, String action, String target) {
        String policy = """
                , "networkPolicy": {"defaultAction": "%s", "egress": [{"action": "%s", "target": "%s"}]}""".formatted(defaultAction, action, target);
        ServerProcess.Answer answer = server.create(documented(policy));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("code").asText()).isEqualTo("NETWORK_POLICY_UNSUPPORTED");
        assertThat(answer.body().path("message").asText()).contains("networkPolicy");
    }

    @Test
    void theDocumentedRequestWithoutItsPolicyFailsWithTheExitCodeAndTheLastLine() {
        ServerProcess.Answer created = server.create(documented(""));
        assertThat(created.status()).isEqualTo(202);
        assertThat(created.state()).isEqualTo("Pending");
        assertThat(created.reason()).isEqualTo("provisioning");
        assertThat(created.response().headers().firstValue("Location")).hasValue("/v1/sandboxes/" + created.id());
        assertThat(created.response().headers().firstValue("X-Request-ID")).isPresent();
        assertThat(created.body().has("image")).isFalse();

        await().atMost(Duration.ofSeconds(30))
                .until(() -> server.get(created.id()).state().equals("Failed"));

        ServerProcess.Answer failed = server.get(created.id());
        assertThat(failed.reason()).isEqualTo("exited");
        assertThat(failed.body().path("exitCode").asInt()).isEqualTo(2);
        assertThat(failed.body().path("status").path("message").asText()).contains("code 2", "/app/main.py");
        await().untilAsserted(() -> assertThat(engine.containers()).doesNotContain("sandkeep-" + created.id()));
    }

    @Test
    void aSandboxIsLimitedAndLockedDownAsTheEngineShows() {
        ServerProcess.Answer created = server.create("""
                {"image": {"uri": "python:3.11"}, "timeout": 600,
                 "resourceLimits": {"cpu": "500m", "memory": "512Mi", "pids": "100"},
                 "entrypoint": ["python", "-m", "http.server", "8000"],
                 "env": {"SECRET": "not-in-any-label"}, "metadata": {"name": "readme"}}""", "Prefer", "wait=30");

        assertThat(created.state()).isEqualTo("Running");
        JsonNode container = engine.inspect("sandkeep-" + created.id());
        JsonNode host = container.path("HostConfig");
        assertThat(host.path("CpuQuota").asLong() * 2)
                .isEqualTo(host.path("CpuPeriod").asLong());
        assertThat(host.path("Memory").asLong()).isEqualTo(512L << 20);
        assertThat(host.path("MemorySwap").asLong()).isEqualTo(512L << 20);
        assertThat(host.path("PidsLimit").asLong()).isEqualTo(100);
        assertThat(host.path("Privileged").asBoolean()).isFalse();
        assertThat(host.path("CapDrop").toString()).contains("NET_ADMIN", "NET_RAW", "SYS_ADMIN", "MKNOD");
        assertThat(host.path("SecurityOpt").toString()).contains("no-new-privileges");
        assertThat(host.path("Init").asBoolean()).isTrue();
        assertThat(host.path("PortBindings").isEmpty()).isTrue();
        assertThat(container.path("Config").path("Labels").toString()).doesNotContain("not-in-any-label");
        assertThat(server.delete(created.id()).status()).isEqualTo(204);
        assertThat(engine.containers()).doesNotContain("sandkeep-" + created.id());
        assertThat(server.get(created.id()).status()).isEqualTo(404);
    }

    @Test
    void aSandboxIsGoneAfterItsTimeAndNotBefore() {
        ServerProcess.Answer created = server.create("""
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 60, "resourceLimits": {},
                 "entrypoint": ["sleep", "1000"]}""");
        Instant deadline = Instant.parse(created.body().path("expiresAt").asText());

        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> server.get(created.id()).state().equals("Terminated"));

        assertThat(Instant.parse(server.get(created.id())
                        .body()
                        .path("status")
                        .path("lastTransitionAt")
                        .asText()))
                .isBetween(deadline, deadline.plusSeconds(5));
        assertThat(server.get(created.id()).reason()).isEqualTo("ttl_expiry");
        assertThat(engine.containers()).doesNotContain("sandkeep-" + created.id());
    }

    @Test
    void aMissingExecutableIsToldAsSuch() {
        ServerProcess.Answer created = server.create("""
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 60, "resourceLimits": {},
                 "entrypoint": ["no-such-program"]}""");

        await().atMost(Duration.ofSeconds(30))
                .until(() -> server.get(created.id()).state().equals("Failed"));

        assertThat(server.get(created.id()).reason()).isEqualTo("entrypoint_not_found");
    }

    @Test
    void aSandboxThatTakesTooMuchMemoryIsToldAsSuch() {
        ServerProcess.Answer created = server.create("""
                {"image": {"uri": "python:3.11"}, "timeout": 60, "resourceLimits": {"memory": "32Mi"},
                 "entrypoint": ["sh", "-c", "python -c 'x = bytearray(200_000_000)'; code=$?; sleep 2; exit $code"]}""");

        await().atMost(Duration.ofSeconds(30))
                .until(() -> server.get(created.id()).state().equals("Failed"));

        assertThat(server.get(created.id()).reason()).isEqualTo("out_of_memory");
    }

    @Test
    void anImageThatCannotBePulledIsToldAsSuch() {
        ServerProcess.Answer answer = server.create("""
                {"image": {"uri": "127.0.0.1:9/nobody/nothing:1"}, "timeout": 60, "resourceLimits": {},
                 "entrypoint": ["true"]}""", "Prefer", "wait=30");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.state()).isEqualTo("Failed");
        assertThat(answer.reason()).isEqualTo("image_pull_failed");
        assertThat(answer.body().path("status").path("message").asText()).contains("127.0.0.1:9/nobody/nothing:1");
    }

    @Test
    void aRepeatedRequestWithTheSameKeyMakesOneSandbox() {
        String body = """
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 60, "resourceLimits": {},
                 "entrypoint": ["sleep", "1000"]}""";

        String first = server.create(body, "Idempotency-Key", "once").id();
        String second = server.create(body, "Idempotency-Key", "once").id();

        assertThat(second).isEqualTo(first);
        assertThat(server.create(body.replace("1000", "1001"), "Idempotency-Key", "once")
                        .status())
                .isEqualTo(409);
        assertThat(server.delete(first).status()).isEqualTo(204);
    }

    @Test
    void theDataDirectoryIsForItsOwnerOnlyAndHoldsNoClearText() throws IOException {
        String id = server.create("""
                        {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 60, "resourceLimits": {},
                         "entrypoint": ["sleep", "1000"], "env": {"SECRET": "clear-text-of-a-secret"}}""", "Prefer", "wait=30").id();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.dataDirectory())))
                .isEqualTo("rwx------");
        assertThat(Files.readAllBytes(server.dataDirectory().resolve("sandkeep.mv.db")))
                .satisfies(bytes -> assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                        .doesNotContain("clear-text-of-a-secret"));
        assertThat(server.readLog()).doesNotContain("clear-text-of-a-secret", ServerProcess.API_KEY);
        assertThat(server.delete(id).status()).isEqualTo(204);
    }
}
