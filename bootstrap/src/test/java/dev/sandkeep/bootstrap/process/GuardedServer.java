package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sandkeep.testkit.fixture.SidecarImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A server whose sandboxes are guarded and see the {@link StandInInternet}, on the real engine. */
final class GuardedServer implements GuardedPlace {

    private static final ObjectMapper JSON = new ObjectMapper();
    static final List<String> STAY = List.of("sleep", "1000");

    private final EngineProxy proxy;
    private final EngineView engine;
    private final ServerProcess server;

    GuardedServer(Path directory) throws IOException {
        String instance = "net-" + UUID.randomUUID().toString().substring(0, 8);
        proxy = EngineProxy.before(Path.of("/var/run/docker.sock"));
        engine = new EngineView(proxy.url(), instance);
        server = new ServerProcess(directory, instance, proxy.address())
                .with("SANDKEEP_EGRESS_IMAGE", SidecarImage.name())
                .with("SANDKEEP_EGRESS_RESOLVERS", StandInInternet.RESOLVER)
                .start();
    }

    ServerProcess server() {
        return server;
    }

    EngineView engine() {
        return engine;
    }

    /** A running sandbox that does nothing by itself. */
    Sandbox run(@Nullable String networkPolicy) {
        return run(networkPolicy, STAY);
    }

    @Override
    public Sandbox run(@Nullable String networkPolicy, List<String> entrypoint) {
        ServerProcess.Answer created = server.create(request(networkPolicy, entrypoint), "Prefer", "wait=60");
        assertThat(created.state()).as(() -> created.body().toString()).isEqualTo("Running");
        return new Sandbox(created.id());
    }

    static String request(@Nullable String networkPolicy, List<String> entrypoint) {
        try {
            return """
                    {"image": {"uri": "python:3.11"}, "timeout": 3600, "resourceLimits": {"memory": "256Mi"},
                     "entrypoint": %s%s}""".formatted(
                            JSON.writeValueAsString(entrypoint),
                            networkPolicy == null ? "" : ", \"networkPolicy\": " + networkPolicy);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A list of texts could not be written", impossible);
        }
    }

    /** A running sandbox with the files of another one. */
    Sandbox restore(Sandbox source, String networkPolicy) {
        String snapshot = server.send("POST", "/v1/sandboxes/" + source.id() + "/snapshots", null, Map.of())
                .id();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> server.send("GET", "/v1/snapshots/" + snapshot, null, Map.of())
                        .state()
                        .equals("Ready"));
        ServerProcess.Answer created = server.create("""
                {"snapshotId": "%s", "timeout": 3600, "resourceLimits": {"memory": "256Mi"}, "networkPolicy": %s}""".formatted(snapshot, networkPolicy), "Prefer", "wait=60");
        assertThat(created.state()).as(() -> created.body().toString()).isEqualTo("Running");
        return new Sandbox(created.id());
    }

    /** A policy under which only what is named may be reached. */
    static String allowing(String... targets) {
        return policy("deny", "allow", targets);
    }

    /** A policy under which everything may be reached but what is named. */
    static String denying(String... targets) {
        return policy("allow", "deny", targets);
    }

    @Override
    public Unguarded runUnguarded() {
        String id = engine.ask("POST", "/containers/create", """
                        {"Image": "python:3.11", "Cmd": ["sleep", "1000"],
                         "HostConfig": {"Dns": ["%s"], "Init": true}}""".formatted(StandInInternet.RESOLVER))
                .path("Id")
                .asText();
        engine.ask("POST", "/containers/" + id + "/start");
        return new UnguardedContainer(id);
    }

    private final class UnguardedContainer implements Unguarded {

        private final String container;

        private UnguardedContainer(String container) {
            this.container = container;
        }

        @Override
        public String probe(String... arguments) {
            return Probe.of(proxy.url(), container, arguments);
        }

        @Override
        public void close() {
            engine.ask("DELETE", "/containers/" + container + "?force=true");
        }
    }

    private static String policy(String defaultAction, String action, String... targets) {
        List<Map<String, String>> rules = List.of(targets).stream()
                .map(target -> Map.of("action", action, "target", target))
                .toList();
        try {
            return JSON.writeValueAsString(Map.of("defaultAction", defaultAction, "egress", rules));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A map of texts could not be written", impossible);
        }
    }

    /** One sandbox of this server. */
    final class Sandbox implements GuardedSandbox {

        private final String id;

        private Sandbox(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public ServerProcess server() {
            return server;
        }

        String container() {
            return "sandkeep-" + id;
        }

        String sidecar() {
            return container() + "-egress";
        }

        @Override
        public String probe(String... arguments) {
            return Probe.of(proxy.url(), container(), arguments);
        }

        @Override
        public Probe begin(String... arguments) {
            return Probe.begin(proxy.url(), container(), arguments);
        }

        @Override
        public String address() {
            JsonNode sidecar = engine.inspect(sidecar());
            String network = sidecar.path("HostConfig").path("NetworkMode").asText();
            return sidecar.path("NetworkSettings")
                    .path("Networks")
                    .path(network)
                    .path("IPAddress")
                    .asText();
        }

        String state() {
            return server.getIncludingEnded(id).state();
        }

        @Override
        public List<ProcessHandle> worker() {
            String supervisor =
                    engine.inspect(sidecar()).path("State").path("Pid").asText();
            JsonNode processes = engine.ask("GET", "/containers/" + sidecar() + "/top");
            return processes
                    .path("Processes")
                    .valueStream()
                    .filter(process -> process.toString().contains("dev.sandkeep.egress.Main"))
                    // A process that the worker is about to start still looks like the worker.
                    .filter(process -> process.path(2).asText().equals(supervisor))
                    .flatMap(process -> ProcessHandle.of(process.path(1).asLong()).stream())
                    .toList();
        }
    }

    @Override
    public void close() {
        try (proxy;
                engine) {
            server.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
