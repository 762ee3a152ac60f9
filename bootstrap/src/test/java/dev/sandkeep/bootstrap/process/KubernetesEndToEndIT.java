package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.bootstrap.process.ServerProcess.Answer;
import java.io.IOException;
import java.net.ServerSocket;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole server on a real cluster: requests over HTTP, packets of Pods, and what is left of a crash. */
@Isolated("It listens at port 53 of addresses of its own")
class KubernetesEndToEndIT {

    private static final String DENY = """
            , "networkPolicy": {"defaultAction": "deny", "egress": [{"action": "allow", "target": "pypi.org"}]}""";
    private static final String ALLOW = """
            , "networkPolicy": {"defaultAction": "allow", "egress": [{"action": "deny", "target": "bad.example.com"}]}""";
    private static final String EVERYTHING_PRIVATE = """
            , "networkPolicy": {"defaultAction": "deny", "egress": [{"action": "allow", "target": "10.0.0.0/8"},
              {"action": "allow", "target": "172.16.0.0/12"}, {"action": "allow", "target": "192.168.0.0/16"}]}""";

    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    static Path directory;

    private static ClusterView cluster;
    private static HostInternet internet;
    private static ServerProcess server;

    @BeforeAll
    static void start() throws IOException {
        cluster = ClusterView.assumed();
        internet = new HostInternet();
        server = cluster.server(directory).start();
        await("the server is ready").atMost(SOON).until(() -> server.readiness() == 200);
    }

    @AfterAll
    static void end() throws IOException {
        if (server != null) {
            server.close();
        }
        if (internet != null) {
            internet.close();
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

        assertThat(cluster.probe(sandbox, "http", "pypi.org")).isEqualTo("this is " + HostInternet.GOOD);
        assertThat(cluster.probe(sandbox, "http", "bad.example.com")).isEqualTo("unknown");
        assertThat(cluster.probe(sandbox, "tcp", HostInternet.BAD, "80")).isEqualTo("refused");
        assertThat(cluster.probe(sandbox, "dns", "bad.example.com")).isEqualTo("NXDOMAIN EDE=15");
        server.delete(sandbox);
    }

    @Test
    void whatIsAllowedByDefaultIsOpenButForTheRule() {
        String sandbox = running(ALLOW);

        assertThat(cluster.probe(sandbox, "http", "good.example.com")).isEqualTo("this is " + HostInternet.GOOD);
        assertThat(cluster.probe(sandbox, "http", "bad.example.com")).isEqualTo("unknown");
        server.delete(sandbox);
    }

    @Test
    void aPolicyCanBeTightenedOnASandboxThatHasNone() {
        String sandbox = running("");
        assertThat(cluster.probe(sandbox, "http", "bad.example.com")).isEqualTo("this is " + HostInternet.BAD);
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

        assertThat(cluster.probe(sandbox, "tcp", HostInternet.BAD, "80")).isEqualTo("refused");
        assertThat(cluster.probe(sandbox, "http", "bad.example.com")).isEqualTo("unknown");
        assertThat(cluster.probe(sandbox, "http", "good.example.com")).isEqualTo("this is " + HostInternet.GOOD);
        server.delete(sandbox);
    }

    private static Answer policy(String sandbox, String policy) {
        JsonNode endpoint = server.send("GET", "/v1/sandboxes/" + sandbox + "/endpoints/18080", null, Map.of())
                .body();
        String path = endpoint.path("endpoint").asText();
        return server.send("POST", path.substring(path.indexOf('/')) + "/policy", policy, Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        "raw IP packets,              raw,                    EPERM",
        "raw frames,                  frames,                 EPERM",
        "a mark of its own,           mark 1,                 EPERM",
        "metadata address,            tcp 169.254.169.254 80, refused",
        "the API server,              tcp API_SERVER,         refused",
        "port of the names proxy,     bind udp 127.0.0.1 10,  EACCES",
        "port of the policy,          bind tcp 0.0.0.0 12,    EACCES",
        "port of the proxy's queries, bind udp 0.0.0.0 1,     EACCES",
        "DoT to the resolver,         tcp 198.19.77.53 853,   refused",
        "its own packet filter,       packet_filter,          EPERM",
        "another name space,          user_namespace,         EPERM",
    })
    void thereIsNoWayOutWithOrWithoutAPolicy(String name, String probe, String result) {
        String withPolicy = running(EVERYTHING_PRIVATE);
        String without = running("");

        String[] words = probe.replace("API_SERVER", cluster.apiServer()).split(" ");
        assertThat(cluster.probe(withPolicy, words)).as(name).isEqualTo(result);
        assertThat(cluster.probe(without, words))
                .as("%s, without a policy", name)
                .isEqualTo(result);
        server.delete(withPolicy);
        server.delete(without);
    }

    @Test
    void neighboursAndTheNodeAreClosedInBothDirections() throws IOException {
        String one = running(EVERYTHING_PRIVATE);
        String other = running("");
        String addressOfOne = cluster.pod(one).getStatus().getPodIP();
        String addressOfOther = cluster.pod(other).getStatus().getPodIP();
        String node = cluster.pod(one).getStatus().getHostIP();

        assertThat(cluster.probe(one, "tcp", addressOfOther, "8000")).isIn("refused", "silent");
        assertThat(cluster.probe(other, "tcp", addressOfOne, "8000")).isIn("refused", "silent");
        try (ServerSocket service = new ServerSocket(0)) {
            String port = Integer.toString(service.getLocalPort());
            assertThat(cluster.probe(one, "tcp", node, port)).isEqualTo("refused");
            assertThat(cluster.probe(other, "tcp", node, port)).isEqualTo("refused");
        }
        server.delete(one);
        server.delete(other);
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
        assertThat(cluster.probe(kept, "tcp", HostInternet.BAD, "80")).isEqualTo("refused");
        server.delete(kept);
        server.delete(pending.id());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(cluster.podNames())
                        .doesNotContain(ClusterView.nameOf(kept), ClusterView.nameOf(pending.id())));
    }
}
