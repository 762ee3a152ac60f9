package dev.sandkeep.adapters.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.auth.ApiKey;
import dev.sandkeep.adapters.http.auth.ApiKeys;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.docs.DocsRoutes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.sandbox.NetworkRoutes;
import dev.sandkeep.adapters.http.sandbox.SandboxRoutes;
import dev.sandkeep.application.lifecycle.AwaitSandbox;
import dev.sandkeep.application.lifecycle.CreateSandbox;
import dev.sandkeep.application.lifecycle.DeleteSandbox;
import dev.sandkeep.application.lifecycle.FindSandbox;
import dev.sandkeep.application.lifecycle.LifetimePolicy;
import dev.sandkeep.application.lifecycle.ListSandboxes;
import dev.sandkeep.application.lifecycle.SandboxChanges;
import dev.sandkeep.application.network.ChangeNetworkPolicy;
import dev.sandkeep.application.network.FindNetworkDecisions;
import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A real server on a free port, whose use cases run on the fakes. */
public final class TestServer implements AutoCloseable {

    public static final String KEY = "the-key";
    public static final String MINIMAL = "{\"image\":{\"uri\":\"python:3.11\"},\"timeout\":600,\"resourceLimits\":{},"
            + "\"entrypoint\":[\"python\"]}";

    public final InMemorySandboxRepository repository = new InMemorySandboxRepository();
    public final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();
    public final RecordedQueue queue = new RecordedQueue();
    private final SandboxChanges changes = new SandboxChanges();
    private final HttpClient client = HttpClient.newHttpClient();
    public static final SandboxTokens TOKENS = new SandboxTokens(new SecretKeySpec(new byte[32], "HmacSHA256"));
    private final HttpServer server;

    public TestServer(Routes... more) {
        InstantSource clock = InstantSource.system();
        LifetimePolicy lifetime = new LifetimePolicy(Duration.ofDays(1), true);
        List<Routes> routes = new ArrayList<>(List.of(
                new HealthRoutes(),
                new DocsRoutes(),
                new SandboxRoutes(
                        new CreateSandbox(
                                runtime, repository, queue, () -> SandboxId.of(UUID.randomUUID()), lifetime, clock),
                        new AwaitSandbox(repository, changes),
                        new FindSandbox(repository),
                        new ListSandboxes(repository),
                        new DeleteSandbox(runtime, repository, clock),
                        Duration.ofSeconds(60))));
        routes.add(new NetworkRoutes(
                new FindSandbox(repository),
                new ChangeNetworkPolicy(runtime, repository),
                new FindNetworkDecisions(runtime, repository),
                TOKENS));
        routes.addAll(List.of(more));
        ApiKeys keys = new ApiKeys(List.of(ApiKey.ofText("default", KEY), ApiKey.ofText("other", "other-key")));
        server = HttpServer.start(HttpConfig.onLoopback(0), keys, TOKENS, routes);
    }

    /** Notes what was submitted; provisions nothing unless told how. */
    public final class RecordedQueue implements ProvisioningQueue {

        public final List<SandboxId> submitted = new CopyOnWriteArrayList<>();
        private volatile boolean full;
        private volatile @Nullable UnaryOperator<Sandbox> outcome;

        public void fill() {
            full = true;
        }

        /** From now on, what is submitted changes like this, in the background. */
        public void provision(UnaryOperator<Sandbox> newOutcome) {
            outcome = newOutcome;
        }

        @Override
        public void requireCapacity() {
            if (full) {
                throw new SandboxException.Overloaded("Too many sandboxes are being made", Duration.ofSeconds(3));
            }
        }

        @Override
        public void submit(SandboxId id, @Nullable RegistryCredentials credentials) {
            submitted.add(id);
            UnaryOperator<Sandbox> change = outcome;
            if (change != null) {
                Thread.startVirtualThread(() -> repository.update(id, change).ifPresent(changes::publish));
            }
        }
    }

    /** An answer, its body as JSON. */
    public record Answer(HttpResponse<String> response) {

        public int status() {
            return response.statusCode();
        }

        public JsonNode body() {
            return Json.parse(response.body().getBytes(StandardCharsets.UTF_8));
        }

        public String code() {
            return body().path("code").asText();
        }

        public String message() {
            return body().path("message").asText();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    public int port() {
        return server.port();
    }

    public Answer get(String path) {
        return send("GET", path, null, "OPEN-SANDBOX-API-KEY", KEY);
    }

    public Answer post(String path, String body, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "OPEN-SANDBOX-API-KEY";
        all[headers.length + 1] = KEY;
        return send("POST", path, body, all);
    }

    /**
     * Sends a request as it is.
     *
     * @param headers names and values in turn
     */
    public Answer send(String method, String path, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return exchange(request.build());
    }

    public Answer exchange(HttpRequest request) {
        try {
            return new Answer(client.send(request, BodyHandlers.ofString()));
        } catch (IOException failed) {
            throw new IllegalStateException("No answer", failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", stopped);
        }
    }

    /** Everything that the server says to these bytes until it closes the connection. */
    public String raw(String request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new IllegalStateException("No answer", failed);
        }
    }

    /** A route that fails or waits as a test wants it to. */
    public static Routes route(String path, io.javalin.http.Handler handler) {
        return (RoutesConfig routes) -> routes.get(path, handler);
    }

    /** Stops the server while clients are still connected. */
    public void stop() {
        server.close();
    }

    @Override
    public void close() {
        // First, since the server gives idle connections a second to go by themselves.
        client.close();
        server.close();
    }
}
