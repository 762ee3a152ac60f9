package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.alibaba.opensandbox.sandbox.HttpClientProvider;
import com.alibaba.opensandbox.sandbox.Sandbox;
import com.alibaba.opensandbox.sandbox.SandboxManager;
import com.alibaba.opensandbox.sandbox.config.ConnectionConfig;
import com.alibaba.opensandbox.sandbox.domain.exceptions.SandboxApiException;
import com.alibaba.opensandbox.sandbox.domain.models.execd.executions.Execution;
import com.alibaba.opensandbox.sandbox.domain.models.execd.executions.OutputMessage;
import com.alibaba.opensandbox.sandbox.domain.models.execd.filesystem.SearchEntry;
import com.alibaba.opensandbox.sandbox.domain.models.sandboxes.PagedSandboxInfos;
import com.alibaba.opensandbox.sandbox.domain.models.sandboxes.SandboxFilter;
import com.alibaba.opensandbox.sandbox.domain.models.sandboxes.SandboxImageSpec;
import com.alibaba.opensandbox.sandbox.domain.models.sandboxes.SandboxInfo;
import com.alibaba.opensandbox.sandbox.domain.models.sandboxes.SandboxMetrics;
import com.alibaba.opensandbox.sandbox.domain.services.Sandboxes;
import com.alibaba.opensandbox.sandbox.infrastructure.factory.AdapterFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The public SDK for Kotlin and Java drives the server as Maven Central has it. That one calls the routes without
 * {@code /v1}, and knows neither the headers of an endpoint nor metadata patches and snapshots.
 */
class KotlinSdkIT {

    private static final Map<String, String> METADATA = Map.of("client", "kotlin", "purpose", "sdk-test");

    @TempDir
    static Path directory;

    private static GuardedServer guarded;
    private static HttpClientProvider clients;
    private static Sandboxes sandboxes;
    private static SandboxManager manager;
    private static UUID id;

    @BeforeAll
    static void start() throws IOException {
        guarded = new GuardedServer(directory);
        clients = new HttpClientProvider(config(ServerProcess.API_KEY));
        sandboxes = new AdapterFactory(clients).createSandboxes();
        manager = SandboxManager.builder()
                .connectionConfig(config(ServerProcess.API_KEY))
                .build();
        id = create(METADATA);
    }

    @AfterAll
    static void end() {
        manager.close();
        clients.close();
        guarded.close();
    }

    private static ConnectionConfig config(String key) {
        return ConnectionConfig.builder()
                .domain(guarded.server().address())
                .apiKey(key)
                .build();
    }

    private static UUID create(Map<String, String> metadata) {
        return sandboxes
                .createSandbox(
                        SandboxImageSpec.builder().image("python:3.11").build(),
                        List.of("python", "-m", "http.server", "8000"),
                        Map.of("GREETING", "hello"),
                        metadata,
                        Duration.ofMinutes(10),
                        Map.of("cpu", "500m", "memory", "128Mi"))
                .getId();
    }

    private static SandboxInfo reaching(UUID sandbox, String state) {
        await("the sandbox is " + state)
                .atMost(Duration.ofSeconds(60))
                .until(() ->
                        manager.getSandboxInfo(sandbox).getStatus().getState().equals(state));
        return manager.getSandboxInfo(sandbox);
    }

    private static void assertRefused(int status, String code, ThrowingCallable call) {
        assertThatExceptionOfType(SandboxApiException.class).isThrownBy(call).satisfies(refusal -> {
            assertThat(refusal.getStatusCode()).isEqualTo(status);
            assertThat(refusal.getError().getCode()).isEqualTo(code);
            assertThat(refusal.getError().getMessage()).isNotBlank();
        });
    }

    @Test
    void getTellsTheWholeSandbox() {
        SandboxInfo sandbox = reaching(id, "Running");

        assertThat(sandbox.getId()).isEqualTo(id);
        assertThat(sandbox.getImage().getImage()).isEqualTo("python:3.11");
        assertThat(sandbox.getEntrypoint()).containsExactly("python", "-m", "http.server", "8000");
        assertThat(sandbox.getMetadata()).isEqualTo(METADATA);
        assertThat(sandbox.getExpiresAt()).isEqualTo(sandbox.getCreatedAt().plusMinutes(10));
    }

    @Test
    void listFiltersByStateAndMetadataInPages() {
        reaching(id, "Running");

        PagedSandboxInfos found = manager.listSandboxInfos(SandboxFilter.builder()
                .states("Running", "Paused")
                .metadata(METADATA)
                .page(1)
                .pageSize(1)
                .build());
        PagedSandboxInfos none = manager.listSandboxInfos(
                SandboxFilter.builder().metadata(Map.of("client", "nobody")).build());

        assertThat(found.getSandboxInfos()).extracting(SandboxInfo::getId).containsExactly(id);
        assertThat(found.getPagination().getTotalItems()).isEqualTo(1);
        assertThat(found.getPagination().getTotalPages()).isEqualTo(1);
        assertThat(found.getPagination().getHasNextPage()).isFalse();
        assertThat(none.getSandboxInfos()).isEmpty();
    }

    @Test
    void theEndpointOfTheNetworkPolicyIsARouteThroughTheServer() {
        assertThat(sandboxes.getSandboxEndpoint(id, 18080).getEndpoint())
                .isEqualTo(guarded.server().address() + "/sandboxes/" + id + "/proxy/18080");
    }

    @Test
    void anUnknownSandboxIsNotFound() {
        assertRefused(404, "SANDBOX_NOT_FOUND", () -> manager.getSandboxInfo(UUID.randomUUID()));
    }

    @Test
    void aWrongKeyIsNotLetIn() {
        try (SandboxManager stranger =
                SandboxManager.builder().connectionConfig(config("wrong")).build()) {
            assertRefused(401, "UNAUTHENTICATED", () -> stranger.getSandboxInfo(id));
        }
    }

    @Test
    void theEndpointOfAServiceInsideIsARouteThroughTheServer() {
        assertThat(sandboxes.getSandboxEndpoint(id, 8000).getEndpoint())
                .startsWith(guarded.server().address() + "/sandboxes/" + id + "/proxy/8000");
    }

    @Test
    void renewPutsTheDeadlineOff() {
        manager.renewSandbox(id, Duration.ofMinutes(30));

        assertThat(manager.getSandboxInfo(id).getExpiresAt())
                .isCloseTo(OffsetDateTime.now(ZoneOffset.UTC).plusMinutes(30), within(1, ChronoUnit.MINUTES));
        assertRefused(400, "INVALID_REQUEST", () -> manager.renewSandbox(id, Duration.ofSeconds(-1)));
    }

    @Test
    void pauseAndResumeAreSeenAndRefusedWhereTheStateDoesNotAllowThem() {
        UUID paused = create(Map.of("client", "kotlin-paused"));
        reaching(paused, "Running");
        manager.pauseSandbox(paused);
        reaching(paused, "Paused");
        manager.resumeSandbox(paused);
        reaching(paused, "Running");
        manager.killSandbox(paused);

        assertRefused(404, "SANDBOX_NOT_FOUND", () -> manager.pauseSandbox(paused));
    }

    @Test
    void aSandboxIsCreatedWithTheHealthCheckAndRunsCommandsAndKeepsFiles() {
        try (Sandbox sandbox = Sandbox.builder()
                .connectionConfig(config(ServerProcess.API_KEY))
                .image("python:3.11")
                .entrypoint("sleep", "1000")
                .resource(Map.of("cpu", "500m", "memory", "128Mi"))
                .metadata("client", "kotlin-exec")
                .build()) {
            Execution greeted = sandbox.commands().run("echo hello; echo err >&2");
            Execution failed = sandbox.commands().run("exit 7");
            sandbox.files().writeFile("/tmp/kotlin/a.txt", "content");

            assertThat(sandbox.isHealthy()).isTrue();
            assertThat(greeted.getLogs().getStdout())
                    .extracting(OutputMessage::getText)
                    .containsExactly("hello");
            assertThat(greeted.getLogs().getStderr())
                    .extracting(OutputMessage::getText)
                    .containsExactly("err");
            assertThat(greeted.getError()).isNull();
            assertThat(failed.getError().getValue()).isEqualTo("7");
            assertThat(sandbox.files().readFile("/tmp/kotlin/a.txt")).isEqualTo("content");
            assertThat(sandbox.getMetrics())
                    .returns(0.5f, SandboxMetrics::getCpuCount)
                    .returns(128f, SandboxMetrics::getMemoryTotalInMiB);
            assertThat(sandbox.files()
                            .search(SearchEntry.builder()
                                    .path("/tmp/kotlin")
                                    .pattern("*.txt")
                                    .build()))
                    .singleElement()
                    .satisfies(found -> assertThat(found.getPath()).isEqualTo("/tmp/kotlin/a.txt"));
            sandbox.files().deleteFiles(List.of("/tmp/kotlin/a.txt"));
            assertThat(sandbox.commands().run("ls /tmp/kotlin").getLogs().getStdout())
                    .isEmpty();
            sandbox.kill();
        }
    }

    @Test
    void killEndsItOnce() {
        UUID victim = create(Map.of("client", "kotlin-victim"));

        manager.killSandbox(victim);

        assertRefused(404, "SANDBOX_NOT_FOUND", () -> manager.getSandboxInfo(victim));
        assertRefused(404, "SANDBOX_NOT_FOUND", () -> manager.killSandbox(victim));
    }
}
