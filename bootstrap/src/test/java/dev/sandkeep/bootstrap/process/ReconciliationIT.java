package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every kind of leftover is made by hand on the real engine, reported by the real server, and repaired. */
class ReconciliationIT {

    private static final String PATH = "/v1/admin/reconciliation";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SANDBOX = """
            {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 600, "resourceLimits": {"memory": "64Mi"},
             "entrypoint": ["sleep", "1000"]}""";

    @RegisterExtension
    final ServerOnEngine on = ServerOnEngine.named("recon").started();

    private final String instance = on.instance;
    private final EngineView engine = on.engine;
    private final ServerProcess server = on.server;
    private final String another = "foreign-" + instance;
    private final EngineView foreign = new EngineView(on.proxy.url(), another);

    @BeforeEach
    void awaitReadiness() {
        await().atMost(SOON).until(() -> server.readiness() == 200);
    }

    @AfterEach
    void removeWhatIsForeign() {
        foreign.close();
    }

    @Test
    void whatNobodyKnowsIsFoundAndRemovedAndNothingOfOthersIs() {
        String nobody = UUID.randomUUID().toString();
        String stray = "stray-" + instance;
        String sidecar = "sandkeep-" + instance + "-egress-lost";
        String volume = "volume-" + instance;
        String network = "network-" + instance;
        // The server compares by itself, too: made again until a look comes before its next turn.
        await().atMost(SOON).untilAsserted(() -> {
            container("sandkeep-" + nobody, instance, "\"sandkeep.dev/sandbox-id\": \"" + nobody + "\"");
            container(stray, instance, "\"a\": \"b\"");
            container(sidecar, instance, "\"sandkeep.dev/role\": \"egress\"");
            volume(volume, instance, nobody);
            network(network, instance);
            container("foreign-" + stray, another, "\"a\": \"b\"");
            network("foreign-" + network, another);

            List<String> planned =
                    names(server.send("GET", PATH, null, Map.of()).body().path("preview"));

            assertThat(planned)
                    .containsExactlyInAnyOrder(
                            "container sandkeep-" + nobody,
                            "container " + stray,
                            "sidecar " + sidecar,
                            "volume " + volume,
                            "network " + network);
        });

        ServerProcess.Answer done = server.send("POST", PATH, "", Map.of());

        assertThat(done.status()).isEqualTo(200);
        done.body()
                .path("findings")
                .forEach(finding -> assertThat(finding.path("outcome").asText()).isEqualTo("done"));
        assertThat(engine.containers()).isEmpty();
        assertThat(engine.volumes()).isEmpty();
        assertThat(networks(instance)).doesNotContain(network);
        assertThat(foreign.containers()).containsExactly("foreign-" + stray);
        assertThat(networks(another)).containsExactly("foreign-" + network);
        assertThat(names(server.send("GET", PATH, null, Map.of()).body().path("preview")))
                .isEmpty();
    }

    @Test
    void aRecordWhoseContainerIsGoneIsReportedAndCorrected() throws IOException {
        String id = server.create(SANDBOX, "Prefer", "wait=30").id();
        server.kill();
        engine.ask("DELETE", "/containers/sandkeep-" + id + "?force=true");

        server.start();

        await().atMost(SOON).untilAsserted(() -> {
            JsonNode last = server.send("GET", PATH, null, Map.of()).body().path("last");
            assertThat(server.get(id).state()).isEqualTo("Failed");
            assertThat(last.path("records").isInt()).isTrue();
        });
        assertThat(server.readLog())
                .contains("Sandbox " + id + ": it is recorded as Running and what is there of it is"
                        + " missing; to record it as Failed");
    }

    private void container(String name, String of, String label) {
        engine.ask("POST", "/containers/create?name=" + name, """
                {"Image": "sandkeep-test/busybox:1", "Entrypoint": ["sleep"], "Cmd": ["1000"],
                 "Labels": {"sandkeep.dev/instance": "%s", %s}}""".formatted(of, label));
    }

    private void volume(String name, String of, String sandbox) {
        engine.ask("POST", "/volumes/create", """
                {"Name": "%s", "Labels": {"sandkeep.dev/instance": "%s", "sandkeep.dev/sandbox-id": "%s",
                 "sandkeep.dev/delete-with-sandbox": "true"}}""".formatted(name, of, sandbox));
    }

    private void network(String name, String of) {
        if (!networks(of).contains(name)) {
            engine.ask("POST", "/networks/create", """
                    {"Name": "%s", "Labels": {"sandkeep.dev/instance": "%s"}}""".formatted(name, of));
        }
    }

    private List<String> networks(String of) {
        String filter = URLEncoder.encode("{\"label\":[\"sandkeep.dev/instance=" + of + "\"]}", StandardCharsets.UTF_8);
        List<String> names = new ArrayList<>();
        engine.ask("GET", "/networks?filters=" + filter)
                .forEach(network -> names.add(network.path("Name").asText()));
        return names;
    }

    private static List<String> names(JsonNode comparison) {
        List<String> names = new ArrayList<>();
        comparison
                .path("findings")
                .forEach(finding -> names.add(finding.path("subject").asText() + " "
                        + finding.path("name").asText()));
        return names;
    }
}
