package dev.sandkeep.adapters.http;

import dev.sandkeep.adapters.http.auth.ApiKey;
import dev.sandkeep.adapters.http.auth.ApiKeys;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.error.ErrorAnswer;
import dev.sandkeep.adapters.http.error.ProblemMapper;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.proxy.SandboxProxy;
import dev.sandkeep.adapters.http.proxy.SignedUrls;
import dev.sandkeep.application.lifecycle.ReachSandbox;
import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.application.lifecycle.WakeSandbox;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.JettyConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.util.JavalinBindException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running HTTP server. Every request has a virtual thread of its own, so that routes may block. Thread-safe. */
public final class HttpServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

    private final Javalin javalin;

    private HttpServer(Javalin javalin) {
        this.javalin = javalin;
    }

    /**
     * Starts to listen; returns when requests are answered.
     *
     * @throws UncheckedIOException if the address cannot be listened on
     */
    public static HttpServer start(
            HttpConfig config,
            ApiKeys keys,
            SandboxTokens tokens,
            SignedUrls signedUrls,
            ReachSandbox reachSandbox,
            RenewOnAccess renewOnAccess,
            WakeSandbox wakeSandbox,
            List<Routes> routes,
            RequestObserver observer) {
        Set<String> openPaths =
                routes.stream().flatMap(some -> some.openPaths().stream()).collect(Collectors.toUnmodifiableSet());
        Map<String, ApiKey> bearerTokens = new HashMap<>();
        routes.forEach(some -> bearerTokens.putAll(some.bearerTokens()));
        RequestGate gate = new RequestGate(keys, tokens, signedUrls, openPaths, bearerTokens);
        RequestLimit limit = new RequestLimit(config.maxRequests(), openPaths);
        // The library puts its own handler behind the first one in the sequence.
        limit.setHandler(new Handler.Sequence(new SandboxProxy(
                reachSandbox,
                renewOnAccess,
                wakeSandbox,
                keys,
                tokens,
                config.maxOpenPerSandbox(),
                path -> routes.stream().anyMatch(some -> some.serves(path)),
                JsonErrorHandler::answerAnew)));
        gate.setHandler(limit);
        Javalin javalin = Javalin.create(settings -> {
            configure(settings, config);
            configure(settings.jetty, config, gate, observer);
            routes.forEach(some -> some.addTo(settings.routes));
        });
        try {
            return new HttpServer(javalin.start());
        } catch (JavalinBindException taken) {
            throw new UncheckedIOException(new BindException(String.valueOf(taken.getMessage())));
        }
    }

    /** The port that it listens on. */
    public int port() {
        return javalin.port();
    }

    /** Takes no new requests, waits for those in flight for the configured grace, and stops. Idempotent. */
    @Override
    public void close() {
        javalin.stop();
    }

    private static void configure(JavalinConfig settings, HttpConfig config) {
        settings.concurrency.useVirtualThreads = true;
        settings.startup.showJavalinBanner = false;
        settings.startup.showOldJavalinVersionWarning = false;
        settings.startup.startupWatcherEnabled = false;
        settings.router.ignoreTrailingSlashes = false;
        settings.http.prefer405over404 = true;
        settings.http.maxRequestSize = config.maxBodyBytes();
        settings.http.compressionStrategy = CompressionStrategy.NONE;
        settings.routes.beforeMatched(AccessLog::noteRoute);
        settings.routes.beforeMatched(AdministratorsOnly::guard);
        settings.routes.exception(Exception.class, HttpServer::answer);
        // Without this line, the library's own answer to its own exceptions is found first.
        settings.routes.exception(HttpResponseException.class, HttpServer::answer);
        settings.router.javaLangErrorHandler(HttpServer::answer);
    }

    private static void configure(JettyConfig jetty, HttpConfig config, RequestGate gate, RequestObserver observer) {
        JsonErrorHandler errors = new JsonErrorHandler();
        jetty.modifyServer(server -> {
            server.setErrorHandler(errors);
            server.setRequestLog(new AccessLog(observer));
            server.setStopTimeout(config.shutdownGrace().toMillis());
            server.addBean(new NetworkConnectionLimit(config.maxConnections(), server));
            GracefulHandler graceful = new GracefulHandler();
            graceful.setHandler(gate);
            server.setHandler(graceful);
        });
        jetty.modifyServletContextHandler(context -> context.setErrorHandler(errors));
        jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setRequestHeaderSize(config.maxHeaderBytes());
            // It takes 100 KiB of every connection, and a thousand clients at once would take all memory there is.
            http.setHeaderCacheSize(0);
            // An odd path is a sandbox's to judge, or refused by the gate and the routes, which compare paths as sent.
            http.setUriCompliance(UriCompliance.UNSAFE.without(
                    "odd", UriCompliance.Violation.USER_INFO, UriCompliance.Violation.FRAGMENT));
        });
        jetty.addConnector((server, http) -> connector(server, http, config));
    }

    private static ServerConnector connector(Server server, HttpConfiguration http, HttpConfig config) {
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(config.host());
        connector.setPort(config.port());
        connector.setIdleTimeout(config.idleTimeout().toMillis());
        return connector;
    }

    private static void answer(Exception failure, Context context) {
        ErrorAnswer answer = ProblemMapper.map(failure);
        if (answer.retryAfter() != null) {
            context.header(
                    "Retry-After", Long.toString(Math.max(1, answer.retryAfter().toSeconds())));
        }
        if (failure instanceof MethodNotAllowedResponse refused) {
            context.header("Allow", refused.getDetails().getOrDefault("availableMethods", ""));
        }
        context.status(answer.status()).contentType(JsonErrorHandler.JSON).result(Json.write(answer.body()));
    }

    private static void answer(HttpServletResponse response, Error failure) {
        ErrorAnswer answer = ProblemMapper.map(failure);
        response.setStatus(answer.status());
        response.setContentType(JsonErrorHandler.JSON);
        try {
            response.getOutputStream().write(Json.write(answer.body()));
        } catch (IOException clientGone) {
            log.info("Nobody is there to be told of an error: {}", clientGone.getMessage());
        }
    }
}
