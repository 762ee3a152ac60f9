package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.http.auth.ApiKeys;
import dev.sandkeep.bootstrap.config.ServerConfig;
import dev.sandkeep.bootstrap.metrics.Metrics;
import dev.sandkeep.bootstrap.replica.Replica;
import dev.sandkeep.bootstrap.work.Housekeeping;
import dev.sandkeep.testkit.fake.InMemoryEndpointGenerations;
import dev.sandkeep.testkit.fake.InMemoryLeases;
import dev.sandkeep.testkit.fake.InMemoryPrivateImages;
import dev.sandkeep.testkit.fake.InMemoryProvisioningClaims;
import dev.sandkeep.testkit.fake.InMemorySandboxActivity;
import dev.sandkeep.testkit.fake.InMemorySandboxLogs;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fake.InMemorySnapshotRepository;
import dev.sandkeep.testkit.fake.InMemoryWebhookCursors;
import dev.sandkeep.testkit.fake.LocalSandboxExec;
import dev.sandkeep.testkit.fixture.Specs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** The whole server as it is wired, on a runtime and a repository in memory, asked over HTTP. */
final class ServerOnFakes implements AutoCloseable {

    static final String KEY = "a-key-for-the-tests-only";
    static final String SANDBOX = "{\"image\":{\"uri\":\"" + Specs.IMAGE + "\"},\"timeout\":600,"
            + "\"resourceLimits\":{},\"entrypoint\":[\"sleep\",\"1000\"]}";

    final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();
    final InMemorySandboxRepository repository = new InMemorySandboxRepository();
    private final LocalSandboxExec exec = new LocalSandboxExec(runtime, Path.of("/"));
    private final SandboxServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    /** @param settings environment variables and their values in turn */
    ServerOnFakes(Path directory, String... settings) {
        runtime.addImage(Specs.IMAGE);
        Map<String, String> environment = new HashMap<>(
                Map.of("SANDKEEP_HTTP_PORT", "0", "SANDKEEP_DATA_DIR", directory.toString(), "SANDKEEP_API_KEY", KEY));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        InstantSource clock = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
        Closer closer = new Closer();
        try {
            server = start(ServerConfig.from(environment), clock, closer);
        } catch (RuntimeException failed) {
            closer.close();
            client.close();
            exec.close();
            throw failed;
        }
    }

    private SandboxServer start(ServerConfig config, InstantSource clock, Closer closer) {
        return SandboxServer.start(
                config,
                new Adapters(
                        runtime,
                        exec,
                        runtime.snapshots(),
                        repository,
                        new InMemorySandboxActivity(repository),
                        new InMemorySnapshotRepository(repository.journal()),
                        repository.journal(),
                        new InMemorySandboxLogs(repository),
                        new InMemoryWebhookCursors(clock),
                        new InMemoryPrivateImages(),
                        new InMemoryEndpointGenerations(),
                        Replica.alone(
                                "fake", new InMemoryProvisioningClaims(repository, new InMemoryLeases(clock), "fake"))),
                clock,
                Housekeeping.Intervals.USUAL,
                closer.register(new Metrics()),
                closer);
    }

    HttpResponse<String> get(String path) {
        return send(request("GET", path, "").header(ApiKeys.HEADER, KEY));
    }

    HttpResponse<String> post(String path, String body, String... headers) {
        HttpRequest.Builder request = request("POST", path, body).header(ApiKeys.HEADER, KEY);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, BodyPublishers.ofString(body));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new IllegalStateException("No answer", failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", stopped);
        }
    }

    /** Stops the server while clients are still connected. */
    void stop() {
        server.close();
    }

    @Override
    public void close() {
        client.close();
        server.close();
        exec.close();
    }
}
