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
import dev.sandkeep.adapters.http.exec.CodeRoutes;
import dev.sandkeep.adapters.http.exec.CommandRoutes;
import dev.sandkeep.adapters.http.exec.ExecRoutes;
import dev.sandkeep.adapters.http.exec.FileChangeRoutes;
import dev.sandkeep.adapters.http.exec.FileRoutes;
import dev.sandkeep.adapters.http.exec.SandboxMetricsRoutes;
import dev.sandkeep.adapters.http.exec.SessionRoutes;
import dev.sandkeep.adapters.http.exec.TerminalRoutes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.proxy.SignedUrls;
import dev.sandkeep.adapters.http.sandbox.EndpointRoutes;
import dev.sandkeep.adapters.http.sandbox.NetworkRoutes;
import dev.sandkeep.adapters.http.sandbox.SandboxChangeRoutes;
import dev.sandkeep.adapters.http.sandbox.SandboxRoutes;
import dev.sandkeep.adapters.http.snapshot.SnapshotRoutes;
import dev.sandkeep.application.code.CodeContexts;
import dev.sandkeep.application.code.CreateCodeContext;
import dev.sandkeep.application.code.DeleteCodeContexts;
import dev.sandkeep.application.code.FindCodeContexts;
import dev.sandkeep.application.code.InterruptCode;
import dev.sandkeep.application.code.RunCode;
import dev.sandkeep.application.diagnostics.FindDiagnostics;
import dev.sandkeep.application.exec.CreateSession;
import dev.sandkeep.application.exec.DeleteSession;
import dev.sandkeep.application.exec.FindCommandStatus;
import dev.sandkeep.application.exec.FindExecAccess;
import dev.sandkeep.application.exec.InterruptCommand;
import dev.sandkeep.application.exec.KnownCommands;
import dev.sandkeep.application.exec.ReadCommandLog;
import dev.sandkeep.application.exec.ReadMetrics;
import dev.sandkeep.application.exec.RunCommand;
import dev.sandkeep.application.exec.RunInSession;
import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.exec.SessionTurns;
import dev.sandkeep.application.exec.StartCommand;
import dev.sandkeep.application.exec.WatchMetrics;
import dev.sandkeep.application.file.ChangeFiles;
import dev.sandkeep.application.file.FindFileInfo;
import dev.sandkeep.application.file.ListDirectory;
import dev.sandkeep.application.file.ReadFile;
import dev.sandkeep.application.file.ReplaceInFiles;
import dev.sandkeep.application.file.SearchFiles;
import dev.sandkeep.application.file.WriteFile;
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
import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.application.reconcile.ReconcileSandboxes;
import dev.sandkeep.application.snapshot.CreateSnapshot;
import dev.sandkeep.application.snapshot.DeleteSnapshot;
import dev.sandkeep.application.snapshot.FindSnapshot;
import dev.sandkeep.application.snapshot.ListSnapshots;
import dev.sandkeep.application.terminal.AttachTerminal;
import dev.sandkeep.application.terminal.EndIdleTerminals;
import dev.sandkeep.application.terminal.EndTerminal;
import dev.sandkeep.application.terminal.FindTerminal;
import dev.sandkeep.application.terminal.OpenTerminal;
import dev.sandkeep.application.terminal.Terminals;
import dev.sandkeep.domain.admission.Quota;
import dev.sandkeep.domain.admission.Quotas;
import dev.sandkeep.domain.sandbox.PausedTime;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
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
import dev.sandkeep.testkit.fixture.Hosts;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A real server on a free port, whose use cases run on the fakes. */
public final class TestServer implements AutoCloseable {

    /** How many snapshots the server takes on. */
    public static final int MOST_SNAPSHOTS = 50;

    public static final String KEY = "the-key";
    public static final int INLINE_BYTES = 1000;
    public static final int MAX_WATCHERS = 3;
    private static final Duration HEARTBEAT = Duration.ofMillis(200);
    public static final String MINIMAL = "{\"image\":{\"uri\":\"python:3.11\"},\"timeout\":600,\"resourceLimits\":{},"
            + "\"entrypoint\":[\"python\"]}";

    public final InMemorySandboxRepository repository = new InMemorySandboxRepository();
    public final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();
    /** Runs programs of this machine in the sandboxes. */
    public final LocalSandboxExec exec = new LocalSandboxExec(runtime, Path.of("/"));

    /** How many terminals a sandbox may have. */
    public static final int MAX_TERMINALS = 3;

    public final Terminals terminals = new Terminals(MAX_TERMINALS + 2, MAX_TERMINALS);

    /** Ends the terminals that nobody is at now. */
    public final EndIdleTerminals idleTerminals = new EndIdleTerminals(terminals, repository, Duration.ZERO);

    /** How many commands may run in a sandbox. */
    public static final int MAX_COMMANDS = 5;

    public final InMemorySnapshotRepository snapshots = new InMemorySnapshotRepository();
    public final RecordedQueue queue = new RecordedQueue();
    /** The key {@code other} may have one sandbox at a time. */
    static final Quotas QUOTAS = new Quotas(Quota.none(), Map.of("other", new Quota(1, null, null, null)));

    private final SandboxChanges changes = new SandboxChanges();
    public static final URI WEBHOOK = URI.create("https://hooks.example.com/a");
    public final InMemoryWebhookCursors webhookCursors = new InMemoryWebhookCursors(InstantSource.system());
    public final RecordingWebhookSender webhooks = new RecordingWebhookSender();
    public final InMemorySandboxLogs logs = new InMemorySandboxLogs(repository);
    public final JournalFeed feed = new JournalFeed(repository.journal());
    private final HttpClient client = HttpClient.newHttpClient();
    public static final SandboxTokens TOKENS = new SandboxTokens(new SecretKeySpec(new byte[32], "HmacSHA256"));
    /** The first one signs. */
    public static final Map<String, SecretKey> SIGNING_KEYS = signingKeys();

    private final InMemoryEndpointGenerations generations = new InMemoryEndpointGenerations();
    private final InstantSource clock = InstantSource.system();
    /** The code contexts of this server, to be closed as when it stops. */
    public final CodeContexts codeContexts;

    public final SandboxShell shells;

    public final InMemorySandboxActivity activity = new InMemorySandboxActivity(repository);

    /** Keeps the text of commands; write it before the trail is read. */
    public final AuditTrail audit = new AuditTrail(repository::note, true, InstantSource.system());

    /** All routes that are served. */
    public final List<Routes> served = new ArrayList<>();

    private final HttpServer server;
    private volatile List<String> notReady = List.of();

    public TestServer(Routes... more) {
        this(HttpConfig.onLoopback(0), more);
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
                        runtime, repository, snapshots, () -> SnapshotId.of(UUID.randomUUID()), MOST_SNAPSHOTS, clock),
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
        shells = new SandboxShell(
                exec,
                repository,
                () -> UUID.randomUUID().toString().replace("-", ""),
                MAX_COMMANDS,
                audit,
                Hosts.ofThisProcess());
        KnownCommands known = new KnownCommands();
        codeContexts = new CodeContexts(repository, shells, clock);
        routes.add(new CodeRoutes(
                new RunCode(codeContexts, shells, clock),
                new InterruptCode(codeContexts),
                new CreateCodeContext(codeContexts, shells),
                new FindCodeContexts(codeContexts, shells),
                new DeleteCodeContexts(codeContexts, shells),
                new RunCommand(shells, known, clock),
                new InterruptCommand(shells, known, clock),
                renewOnAccess,
                clock));
        routes.add(new ExecRoutes(new AwaitSandbox(repository, changes), new FindExecAccess(repository)));
        routes.add(new CommandRoutes(
                new RunCommand(shells, known, clock),
                new StartCommand(shells),
                new InterruptCommand(shells, known, clock),
                new FindCommandStatus(shells, known),
                new ReadCommandLog(shells),
                renewOnAccess,
                clock));
        routes.add(new SessionRoutes(
                new CreateSession(shells),
                new RunInSession(shells, known, new SessionTurns(), clock),
                new DeleteSession(shells),
                renewOnAccess,
                clock));
        routes.add(new SandboxMetricsRoutes(
                new ReadMetrics(shells, clock), new WatchMetrics(shells, clock), renewOnAccess));
        routes.add(new TerminalRoutes(
                new OpenTerminal(
                        terminals,
                        exec,
                        shells,
                        repository,
                        job -> Thread.ofVirtual().start(job),
                        clock),
                new FindTerminal(terminals),
                new EndTerminal(terminals),
                new AttachTerminal(terminals, repository),
                renewOnAccess));
        ReadFile readFile = new ReadFile(shells);
        WriteFile writeFile = new WriteFile(shells);
        routes.add(new FileRoutes(
                new FindFileInfo(shells), new ListDirectory(shells), new SearchFiles(shells), readFile, renewOnAccess));
        routes.add(new FileChangeRoutes(
                new ChangeFiles(shells), new ReplaceInFiles(readFile, writeFile), writeFile, renewOnAccess));
        routes.addAll(List.of(more));
        served.addAll(routes);
        ApiKeys keys = new ApiKeys(List.of(ApiKey.ofText("default", KEY), ApiKey.ofText("other", "other-key")));
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
        public boolean contains(SandboxId id) {
            return submitted.contains(id);
        }

        @Override
        public void submit(SandboxId id, @Nullable RegistryCredentials credentials) {
            submitted.add(id);
            UnaryOperator<Sandbox> change = outcome;
            if (change != null) {
                Thread.startVirtualThread(() -> repository.update(id, change).ifPresent(changes::publish));
            }
        }

        @Override
        public void takeOver(SandboxId id) {
            submit(id, null);
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

    /** From now on these parts are not ready. */
    public void lack(String... parts) {
        notReady = List.of(parts);
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
        terminals.close();
        exec.close();
    }
}
