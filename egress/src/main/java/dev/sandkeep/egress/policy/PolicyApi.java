package dev.sandkeep.egress.policy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP API of the policy. Every call but {@code /healthz} needs the key: shown in a header, or used to sign the
 * request together with a revision, which makes a change that is sent again come late.
 */
public final class PolicyApi implements AutoCloseable {

    private static final int MAX_BODY = 1024 * 1024;

    /** Calls wait for one another anyway; a few threads let the others be refused meanwhile. */
    private static final int THREADS = 8;

    private final PolicyInForce policy;
    private final ApiKey key;
    private final PrintStream log;
    private final PolicyRoutes policyRoutes;
    private final DecisionRoutes decisionRoutes;
    private final HttpServer server;
    private final ExecutorService threads;

    private PolicyApi(PolicyInForce policy, ApiKey key, PrintStream log, HttpServer server) {
        this.policy = policy;
        this.key = key;
        this.log = log;
        this.policyRoutes = new PolicyRoutes(policy);
        this.decisionRoutes = new DecisionRoutes(policy);
        this.server = server;
        this.threads = Executors.newFixedThreadPool(THREADS);
    }

    /**
     * Begins to answer.
     *
     * @param log where failures go, one per line
     */
    public static PolicyApi open(InetSocketAddress address, PolicyInForce policy, ApiKey key, PrintStream log)
            throws IOException {
        HttpServer server = HttpServer.create(address, 0);
        PolicyApi api = new PolicyApi(policy, key, log, server);
        server.setExecutor(api.threads);
        server.createContext("/", api::handle);
        server.start();
        return api;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                String path = exchange.getRequestURI().getRawPath();
                switch (path == null ? "" : path) {
                    case "/healthz" -> health(exchange);
                    case "/policy" -> send(exchange, 200, policyRoutes.answer(call(exchange)));
                    case "/decisions" -> send(exchange, 200, decisionRoutes.answer(call(exchange)));
                    default -> throw RefusedCall.notFound();
                }
            } catch (RefusedCall refused) {
                refuse(exchange, refused);
            } catch (IOException | RuntimeException failed) {
                log.println("call failed: " + failed);
                refuse(exchange, RefusedCall.failed());
            }
        }
    }

    private void health(HttpExchange exchange) throws IOException, RefusedCall {
        if (!exchange.getRequestMethod().equals("GET")) {
            throw RefusedCall.methodNotAllowed("GET");
        }
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        write(exchange, 200, "ok\n".getBytes(StandardCharsets.UTF_8));
    }

    private Call call(HttpExchange exchange) throws IOException, RefusedCall {
        String shown = header(exchange, "OPENSANDBOX-EGRESS-AUTH");
        String revision = header(exchange, "Sandkeep-Revision");
        String signature = header(exchange, "Sandkeep-Signature");
        boolean authenticated = shown != null && key.isShownAs(shown);
        if (!authenticated && (revision == null || signature == null)) {
            throw RefusedCall.unauthenticated();
        }
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw RefusedCall.tooLarge("body: at most " + MAX_BODY + " bytes are allowed");
        }
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getRawPath();
        String query = exchange.getRequestURI().getRawQuery();
        if (authenticated) {
            return new Call(method, query, body, null);
        }
        if (!key.signed(String.valueOf(signature), method, path, String.valueOf(revision), body)) {
            throw RefusedCall.unauthenticated();
        }
        return new Call(method, query, body, revision(String.valueOf(revision)));
    }

    private static long revision(String text) throws RefusedCall {
        try {
            long revision = Long.parseLong(text);
            if (revision >= 0 && revision <= Revision.MAX_NUMBER) {
                return revision;
            }
        } catch (NumberFormatException _) {
            // Told below, like a number out of range.
        }
        throw RefusedCall.invalid("Sandkeep-Revision: must be a number from 0 to " + Revision.MAX_NUMBER);
    }

    private static @Nullable String header(HttpExchange exchange, String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    private void refuse(HttpExchange exchange, RefusedCall refused) throws IOException {
        if (refused.status() == 405) {
            String allowed = exchange.getRequestURI().getRawPath().equals("/policy") ? PolicyRoutes.METHODS : "GET";
            exchange.getResponseHeaders().set("Allow", allowed);
        }
        send(exchange, refused.status(), refused.body());
    }

    private void send(HttpExchange exchange, int status, byte[] json) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (status != 401) {
            long revision = policy.current().number();
            exchange.getResponseHeaders().set("Sandkeep-Revision", Long.toString(revision));
            // A process of the sandbox could answer in our place while we are down.
            String signature = header(exchange, "Sandkeep-Signature");
            if (signature != null) {
                exchange.getResponseHeaders().set("Sandkeep-Proof", key.proof(signature, status, revision, json));
            }
        }
        write(exchange, status, json);
    }

    private static void write(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
