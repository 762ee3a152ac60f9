package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.bootstrap.process.ServerProcess.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole server on a real cluster: requests over HTTP, packets of Pods, and what is left of a crash. */
@ExtendWith(StandInInternet.class)
class KubernetesEndToEndIT {

    private static final String DENY = """
            , "networkPolicy": {"defaultAction": "deny", "egress": [{"action": "allow", "target": "pypi.org"}]}""";
    private static final String ALLOW = """
            , "networkPolicy": {"defaultAction": "allow", "egress": [{"action": "deny", "target": "bad.example.com"}]}""";
    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    static Path directory;

    private static ClusterView cluster;
    private static ServerProcess server;

    @BeforeAll
    static void start() throws IOException {
        cluster = ClusterView.assumed();
        server = cluster.server(directory).start();
        await("the server is ready").atMost(SOON).until(() -> server.readiness() == 200);
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    /** A documented request, with another program than the one that its image lacks. */
    private static String request(String policy) {
        return """
                {"image": {"uri": "python:3.11"}, "timeout": 3600,
                 "resourceLimits": {"cpu": "500m", "memory": "128Mi"},
                 "entrypoint": ["python3", "-m", "http.server", "8000"]%s}""".formatted(policy);
    }

    private static String running(String policy) {
        Answer created = server.create(request(policy), "Prefer", "wait=60");
        assertThat(created.state()).as(created.body().toString()).isEqualTo("Running");
        return created.id();
    }

    @ParameterizedTest
    @CsvSource({"deny, allow, pypi.org", "allow, deny, bad.example.com"})
    void theDocumentedRequestsAreMadeAndFailAsTheirProgramDoes(String fallback, String action, String target) {
        Answer created = server.create("""
                {"image": {"uri": "python:3.11"}, "timeout": 3600,
                 "resourceLimits": {"cpu": "500m", "memory": "512Mi"}, "entrypoint": ["python", "/app/main.py"],
                 "networkPolicy": {"defaultAction": "%s", "egress": [{"action": "%s", "target": "%s"}]}}""".formatted(fallback, action, target));
        assertThat(created.status()).isEqualTo(202);
        assertThat(created.state()).isEqualTo("Pending");

        await().atMost(SOON).until(() -> server.get(created.id()).state().equals("Failed"));

        Answer failed = server.get(created.id());
        assertThat(failed.reason()).isEqualTo("exited");
        assertThat(failed.body().path("exitCode").asInt()).isEqualTo(2);
        assertThat(failed.body().path("status").path("message").asText()).contains("code 2", "/app/main.py");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(cluster.podNames()).doesNotContain(ClusterView.nameOf(created.id())));
    }

    @Test
    void whatIsDeniedByDefaultIsDeniedFromTheFirstPacketOn() {
        String sandbox = running(DENY);

        assertThat(cluster.probe(sandbox, "http", "pypi.org")).isEqualTo("this is " + StandInInternet.GOOD);
        assertThat(cluster.probe(sandbox, "http", "bad.example.com")).isEqualTo("unknown");
        assertThat(cluster.probe(sandbox, "tcp", StandInInternet.BAD, "80")).isEqualTo("refused");
        assertThat(cluster.probe(sandbox, "dns", "bad.example.com")).isEqualTo("NXDOMAIN EDE=15");
        server.delete(sandbox);
    }

    @Test
    void whatIsAllowedByDefaultIsOpenButForTheRule() {
        String sandbox = running(ALLOW);

        assertThat(cluster.probe(sandbox, "http", "good.example.com")).isEqualTo("this is " + StandInInternet.GOOD);
        assertThat(cluster.probe(sandbox, "http", "bad.example.com")).isEqualTo("unknown");
        server.delete(sandbox);
    }

    @Test
    void aPolicyCanBeTightenedOnASandboxThatHasNone() {
        String sandbox = running("");
        assertThat(cluster.probe(sandbox, "http", "bad.example.com")).isEqualTo("this is " + StandInInternet.BAD);
        assertThat(cluster.client()
                        .secrets()
                        .inNamespace(cluster.namespace())
                        .withName(ClusterView.nameOf(sandbox))
                        .get())
                .as("without a policy there is no Secret")
                .isNull();

        Answer changed = policy(sandbox, """
                {"defaultAction": "deny", "egress": [{"action": "allow", "target": "good.example.com"}]}""");
        assertThat(changed.status()).as(changed.body().toString()).isEqualTo(200);

        assertThat(cluster.probe(sandbox, "tcp", StandInInternet.BAD, "80")).isEqualTo("refused");
        assertThat(cluster.probe(sandbox, "http", "bad.example.com")).isEqualTo("unknown");
        assertThat(cluster.probe(sandbox, "http", "good.example.com")).isEqualTo("this is " + StandInInternet.GOOD);
        server.delete(sandbox);
    }

    private static Answer policy(String sandbox, String policy) {
        JsonNode endpoint = server.send("GET", "/v1/sandboxes/" + sandbox + "/endpoints/18080", null, Map.of())
                .body();
        String path = endpoint.path("endpoint").asText();
        return server.send("POST", path.substring(path.indexOf('/')) + "/policy", policy, Map.of());
    }

    @Test
    void aPortIsReachedThroughTheServer() throws IOException, InterruptedException {
        String sandbox = running("");
        JsonNode endpoint = server.send("GET", "/v1/sandboxes/" + sandbox + "/endpoints/8000", null, Map.of())
                .body();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://" + endpoint.path("endpoint").asText() + "/"));
        endpoint.path("headers")
                .properties()
                .forEach(header ->
                        request.header(header.getKey(), header.getValue().asText()));

        try (HttpClient client = HttpClient.newHttpClient()) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                                    .statusCode())
                            .isEqualTo(200));
        }
        server.delete(sandbox);
    }

    @Test
    void aPodThatSomebodyDeletesIsTold() {
        String sandbox = running("");

        cluster.client()
                .pods()
                .inNamespace(cluster.namespace())
                .withName(ClusterView.nameOf(sandbox))
                .withGracePeriod(1)
                .delete();

        await().atMost(SOON).until(() -> server.get(sandbox).state().equals("Failed"));
        assertThat(server.get(sandbox).body().path("status").path("message").asText())
                .contains("removed from the runtime by somebody else");
    }

    @Test
    void anImageThatCannotBeHadIsNamed() {
        Answer failed =
                server.create(request("").replace("python:3.11", "localhost:9/no/such:image"), "Prefer", "wait=60");

        assertThat(failed.state()).isEqualTo("Failed");
        assertThat(failed.reason()).isEqualTo("image_pull_failed");
        assertThat(failed.body().path("status").path("message").asText()).contains("localhost:9/no/such:image");
        assertThat(cluster.podNames()).doesNotContain(ClusterView.nameOf(failed.id()));
    }

    @Test
    void moreThanANodeHasIsRefusedWithTheSchedulersReason() {
        Answer failed = server.create(request("").replace("\"128Mi\"", "\"900Gi\""), "Prefer", "wait=60");

        assertThat(failed.state()).as(failed.body().toString()).isEqualTo("Failed");
        assertThat(failed.body().path("status").path("message").asText()).contains("Insufficient memory");
        assertThat(cluster.podNames()).doesNotContain(ClusterView.nameOf(failed.id()));
    }

    @Test
    void whatKubernetesCannotDoIsRefusedWithWhatCanBeDoneInstead() {
        String sandbox = running("");

        Answer refused = server.send("POST", "/v1/sandboxes/" + sandbox + "/pause", null, Map.of());

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("code").asText()).isEqualTo("UNSUPPORTED_BY_RUNTIME");
        assertThat(refused.body().path("message").asText()).contains("let it run on, or delete it");
        server.delete(sandbox);
    }

    @Test
    void aServerThatIsKilledFindsItsSandboxesAndEndsWhatWasDeleted() throws IOException {
        String kept = running(DENY);
        Answer pending = server.create(request(""));
        String deleted = running("");
        server.kill();
        cluster.client()
                .pods()
                .inNamespace(cluster.namespace())
                .withName(ClusterView.nameOf(deleted))
                .withGracePeriod(1)
                .delete();

        server.start();

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(server.get(pending.id()).state()).isEqualTo("Running"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(server.get(deleted).state()).isEqualTo("Failed"));
        assertThat(server.get(kept).state()).isEqualTo("Running");
        assertThat(cluster.probe(kept, "tcp", StandInInternet.BAD, "80")).isEqualTo("refused");
        server.delete(kept);
        server.delete(pending.id());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(cluster.podNames())
                        .doesNotContain(ClusterView.nameOf(kept), ClusterView.nameOf(pending.id())));
    }
}
