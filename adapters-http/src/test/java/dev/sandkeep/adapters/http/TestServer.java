package dev.sandkeep.adapters.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.admin.AdminRoutes;
import dev.sandkeep.adapters.http.auth.ApiKey;
import dev.sandkeep.adapters.http.auth.ApiKeys;
import dev.sandkeep.adapters.http.auth.EndpointSignatures;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.diagnostics.DiagnosticsRoutes;
import dev.sandkeep.adapters.http.docs.DocsRoutes;
import dev.sandkeep.adapters.http.event.DeadLetterRoutes;
import dev.sandkeep.adapters.http.event.EventRoutes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.proxy.SignedUrls;
import dev.sandkeep.adapters.http.sandbox.EndpointRoutes;
import dev.sandkeep.adapters.http.sandbox.NetworkRoutes;
import dev.sandkeep.adapters.http.sandbox.SandboxChangeRoutes;
import dev.sandkeep.adapters.http.sandbox.SandboxRoutes;
import dev.sandkeep.adapters.http.snapshot.SnapshotRoutes;
import dev.sandkeep.application.code.CodeContexts;
import dev.sandkeep.application.diagnostics.FindDiagnostics;
import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.journal.AuditTrail;
import dev.sandkeep.application.journal.FindAuditTrail;
import dev.sandkeep.application.journal.FindDeadLetters;
import dev.sandkeep.application.journal.JournalFeed;
import dev.sandkeep.application.journal.RetryDeadLetter;
import dev.sandkeep.application.journal.WatchEvents;
import dev.sandkeep.application.lifecycle.AwaitSandbox;
import dev.sandkeep.application.lifecycle.ChangeMetadata;
import dev.sandkeep.application.lifecycle.CreateSandbox;
import dev.sandkeep.application.lifecycle.DeleteSandbox;
import dev.sandkeep.application.lifecycle.FindEndpointGeneration;
import dev.sandkeep.application.lifecycle.FindLastActivity;
import dev.sandkeep.application.lifecycle.FindSandbox;
import dev.sandkeep.application.lifecycle.Freezer;
import dev.sandkeep.application.lifecycle.LifetimePolicy;
import dev.sandkeep.application.lifecycle.ListSandboxes;
import dev.sandkeep.application.lifecycle.PauseSandbox;
import dev.sandkeep.application.lifecycle.ReachSandbox;
import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.application.lifecycle.RenewSandbox;
import dev.sandkeep.application.lifecycle.ResumeSandbox;
import dev.sandkeep.application.lifecycle.RevokeEndpoints;
import dev.sandkeep.application.lifecycle.SandboxChanges;
import dev.sandkeep.application.lifecycle.WakeSandbox;
import dev.sandkeep.application.network.ChangeNetworkPolicy;
import dev.sandkeep.application.network.FindNetworkDecisions;
import dev.sandkeep.application.reconcile.ReconcileSandboxes;
import dev.sandkeep.application.snapshot.CreateSnapshot;
import dev.sandkeep.application.snapshot.DeleteSnapshot;
import dev.sandkeep.application.snapshot.FindSnapshot;
import dev.sandkeep.application.snapshot.ListSnapshots;
import dev.sandkeep.application.terminal.EndIdleTerminals;
import dev.sandkeep.application.terminal.Terminals;
import dev.sandkeep.domain.admission.Quota;
import dev.sandkeep.domain.admission.Quotas;
import dev.sandkeep.domain.admission.SnapshotQuota;
import dev.sandkeep.domain.sandbox.PausedTime;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.testkit.fake.InMemoryEndpointGenerations;
import dev.sandkeep.testkit.fake.InMemorySandboxActivity;
import dev.sandkeep.testkit.fake.InMemorySandboxLogs;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fake.InMemorySnapshotRepository;
import dev.sandkeep.testkit.fake.InMemoryWebhookCursors;
import dev.sandkeep.testkit.fake.LocalSandboxExec;
import dev.sandkeep.testkit.fake.RecordingWebhookSender;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A real server on a free port, whose use cases run on the fakes. */
public final class TestServer implements AutoCloseable {

    /** How many snapshots the server takes on. */
    public static final int MOST_SNAPSHOTS = 50;

    /** How many it keeps. */
    public static final int MOST_SNAPSHOTS_KEPT = 60;

    public static final String KEY = "the-key";
    public static final int INLINE_BYTES = 1000;
    public static final int MAX_WATCHERS = 3;
    private static final Duration HEARTBEAT = Duration.ofMillis(200);
    public static final String MINIMAL = "{\"image\":{\"uri\":\"python:3.11\"},\"timeout\":600,\"resourceLimits\":{},"
            + "\"entrypoint\":[\"python\"]}";

    private static final HttpConfig USUAL = new HttpConfig(
            "127.0.0.1", 0, 1024 * 1024, 16 * 1024, Duration.ofSeconds(60), 4096, 512, 2048, Duration.ofSeconds(5));
    public static final URI WEBHOOK = URI.create("https://hooks.example.com/a");
    public static final SandboxTokens TOKENS = new SandboxTokens(new SecretKeySpec(new byte[32], "HmacSHA256"));
    /** The first one signs. */
    public static final Map<String, SecretKey> SIGNING_KEYS = signingKeys();

    /** How many terminals a sandbox may have. */
    public static final int MAX_TERMINALS = TestExecution.MAX_TERMINALS;

    /** How many commands may run in a sandbox. */
    public static final int MAX_COMMANDS = TestExecution.MAX_COMMANDS;

    /** The key {@code other} may have one sandbox at a time, and is that of no administrator. */
    static final Quotas QUOTAS = new Quotas(Quota.none(), Map.of("other", new Quota(1, null, null, null)));

    public final InMemorySandboxRepository repository = new InMemorySandboxRepository();
    public final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();
    public final InMemorySnapshotRepository snapshots = new InMemorySnapshotRepository(repository.journal());
    public final InMemorySandboxActivity activity = new InMemorySandboxActivity(repository);
    public final InMemoryWebhookCursors webhookCursors = new InMemoryWebhookCursors(InstantSource.system());
    public final RecordingWebhookSender webhooks = new RecordingWebhookSender();
    public final InMemorySandboxLogs logs = new InMemorySandboxLogs(repository);
    public final JournalFeed feed = new JournalFeed(repository.journal());
    private final InMemoryEndpointGenerations generations = new InMemoryEndpointGenerations();
    private final SandboxChanges changes = new SandboxChanges();
    public final RecordedQueue queue = new RecordedQueue(repository, changes);

    private volatile Duration passed = Duration.ZERO;
    private final InstantSource clock = () -> Instant.now().plus(passed);

    private final TestExecution execution = new TestExecution(runtime, repository, clock);
    /** Runs programs of this machine in the sandboxes. */
    public final LocalSandboxExec exec = execution.exec;

    public final SandboxShell shells = execution.shells;
    /** Keeps the text of commands; write it before the trail is read. */
    public final AuditTrail audit = execution.audit;
    /** The code contexts of this server, to be closed as when it stops. */
    public final CodeContexts codeContexts = execution.codeContexts;

    public final Terminals terminals = execution.terminals;
    /** Ends the terminals that nobody is at now. */
    public final EndIdleTerminals idleTerminals = execution.idleTerminals;

    /** All routes that are served. */
    public final List<Routes> served = new ArrayList<>();

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;
    private volatile List<String> notReady = List.of();

    public TestServer(Routes... more) {
        this(USUAL, more);
    }

    public TestServer(HttpConfig config, Routes... more) {
        SignedUrls signedUrls =
                new SignedUrls(new EndpointSignatures(SIGNING_KEYS), new FindEndpointGeneration(generations), clock);
        LifetimePolicy lifetime = new LifetimePolicy(Duration.ofDays(1), true);
        List<Routes> routes = new ArrayList<>(List.of(
                new HealthRoutes(() -> notReady),
                new MetricsRoutes(() -> "# no metrics\n", null),
                new DocsRoutes(),
                new SandboxRoutes(
                        new CreateSandbox(
                                runtime,
                                repository,
                                snapshots,
                                queue,
                                () -> SandboxId.of(UUID.randomUUID()),
                                lifetime,
                                QUOTAS,
                                clock),
                        new AwaitSandbox(repository, changes),
                        new FindSandbox(repository),
                        new FindLastActivity(activity),
                        new ListSandboxes(repository),
                        new DeleteSandbox(runtime, repository, clock),
                        Duration.ofSeconds(60))));
        Freezer freezer = new Freezer(runtime, repository, clock);
        routes.add(new SandboxChangeRoutes(
                new PauseSandbox(runtime, repository, freezer, PausedTime.COUNTS, clock),
                new ResumeSandbox(runtime, repository, freezer, clock),
                new RenewSandbox(repository, lifetime, clock),
                new ChangeMetadata(repository)));
        routes.add(new SnapshotRoutes(
                new CreateSnapshot(
                        runtime,
                        repository,
                        snapshots,
                        () -> SnapshotId.of(UUID.randomUUID()),
                        MOST_SNAPSHOTS,
                        new SnapshotQuota(MOST_SNAPSHOTS_KEPT),
                        clock),
                new FindSnapshot(snapshots),
                new ListSnapshots(snapshots),
                new DeleteSnapshot(runtime.snapshots(), snapshots, repository, clock)));
        routes.add(new NetworkRoutes(
                new FindSandbox(repository),
                new ChangeNetworkPolicy(runtime, repository),
                new FindNetworkDecisions(runtime, repository)));
        routes.add(new EndpointRoutes(
                new FindSandbox(repository), new RevokeEndpoints(repository, generations), TOKENS, signedUrls, null));
        routes.add(new EventRoutes(
                new WatchEvents(repository.journal(), feed, MAX_WATCHERS),
                new FindAuditTrail(repository, repository.journal()),
                HEARTBEAT));
        ReconcileSandboxes reconciliation = new ReconcileSandboxes(runtime, repository, queue, freezer, clock);
        routes.add(new AdminRoutes(reconciliation::last, reconciliation::preview, reconciliation::sweep));
        routes.add(new DeadLetterRoutes(
                new FindDeadLetters(webhookCursors),
                new RetryDeadLetter(repository.journal(), webhookCursors, webhooks, Set.of(WEBHOOK))));
        routes.add(new DiagnosticsRoutes(
                new FindDiagnostics(runtime, repository, logs, repository.journal()), TOKENS, INLINE_BYTES, clock));
        RenewOnAccess renewOnAccess = new RenewOnAccess(repository, activity, lifetime, Duration.ofMinutes(1), clock);
        routes.addAll(execution.routes(changes, renewOnAccess));
        routes.addAll(List.of(more));
        served.addAll(routes);
        ApiKeys keys = new ApiKeys(List.of(
                ApiKey.ofText("default", KEY),
                ApiKey.ofText("other", "other-key").forUser()));
        server = HttpServer.start(
                config,
                keys,
                TOKENS,
                signedUrls,
                new ReachSandbox(runtime, repository, clock),
                renewOnAccess,
                new WakeSandbox(runtime, repository, freezer, clock),
                routes,
                RequestObserver.NONE);
    }

    private static Map<String, SecretKey> signingKeys() {
        Map<String, SecretKey> keys = new LinkedHashMap<>();
        keys.put("new", new SecretKeySpec(new byte[] {1}, "HmacSHA256"));
        keys.put("old", new SecretKeySpec(new byte[] {2}, "HmacSHA256"));
        return keys;
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

    /** From now on these parts are not ready. */
    public void lack(String... parts) {
        notReady = List.of(parts);
    }

    /** As if so much more time had passed, for what the server does from now on. */
    public void pass(Duration time) {
        passed = passed.plus(time);
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
        execution.close();
    }
}
