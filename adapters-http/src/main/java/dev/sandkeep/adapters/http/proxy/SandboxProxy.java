package dev.sandkeep.adapters.http.proxy;

import dev.sandkeep.adapters.http.auth.ApiKeys;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.error.ProblemMapper;
import dev.sandkeep.application.lifecycle.ReachSandbox;
import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.application.lifecycle.WakeSandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.client.HttpUpgrader;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.UpgradeProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands requests that were let in for a sandbox on to it, and leaves all others alone. Bodies flow in both directions as
 * fast as the slower side takes them, without a thread that waits and without being kept. Thread-safe.
 */
public final class SandboxProxy extends ProxyHandler {

    private static final Logger log = LoggerFactory.getLogger(SandboxProxy.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration OVERLOAD_RETRY = Duration.ofSeconds(1);
    private static final int HEADER_BYTES = 64 * 1024;
    private static final String BACKEND = SandboxProxy.class.getName() + ".backend";

    private final AnsweringPorts answering = new AnsweringPorts();
    private final OpenRequests open;
    private final ReachSandbox reachSandbox;
    private final RenewOnAccess renewOnAccess;
    private final WakeSandbox wakeSandbox;
    private final RequestHeaders requestHeaders;
    private final Predicate<ProxiedPath> served;
    private final ErrorResponder errors;

    /**
     * @param maxOpen how many requests and WebSockets may be under way to one sandbox
     * @param served what is left to the routes of this server
     */
    public SandboxProxy(
            ReachSandbox reachSandbox,
            RenewOnAccess renewOnAccess,
            WakeSandbox wakeSandbox,
            ApiKeys keys,
            SandboxTokens tokens,
            int maxOpen,
            Predicate<ProxiedPath> served,
            ErrorResponder errors) {
        this.served = served;
        this.renewOnAccess = renewOnAccess;
        this.wakeSandbox = wakeSandbox;
        this.open = new OpenRequests(maxOpen);
        this.reachSandbox = reachSandbox;
        this.requestHeaders = new RequestHeaders(keys, tokens);
        this.errors = errors;
        setUseServerThreadPool(true);
    }

    @Override
    protected HttpClient newHttpClient() {
        HttpClientTransportOverHTTP transport = new HttpClientTransportOverHTTP();
        // It takes 100 KiB of every connection, and each request has one of its own.
        transport.setHeaderCacheSize(0);
        return new HttpClient(transport);
    }

    @Override
    protected void configureHttpClient(HttpClient client) {
        super.configureHttpClient(client);
        client.setConnectTimeout(CONNECT_TIMEOUT.toMillis());
        client.setMaxConnectionsPerDestination(Integer.MAX_VALUE);
        client.setRequestBufferSize(HEADER_BYTES);
        client.setMaxResponseHeadersSize(HEADER_BYTES);
        client.setSocketAddressResolver(new SocketAddressResolver.Sync());
        // Nothing is added that the client did not send.
        client.setUserAgentField(null);
        client.setDefaultRequestContentType(null);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        getHttpClient().getProtocolHandlers().put(new UpgradeProtocolHandler());
        getHttpClient().getProtocolHandlers().put(new ContinueHandler());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        ProxiedPath path = ProxiedPath.of(request).orElse(null);
        if (path == null) {
            return false;
        }
        try {
            wakeSandbox.wake(path.sandbox());
            if (served.test(path)) {
                return false;
            }
            request.setAttribute(BACKEND, reachSandbox.reach(path.sandbox(), path.port()));
            begin(path);
        } catch (RuntimeException refused) {
            errors.answer(request, response, callback, ProblemMapper.map(refused));
            return true;
        }
        // A stream may be silent for as long as both ends like.
        request.addIdleTimeoutListener(_ -> false);
        return super.handle(request, response, Callback.from(callback, () -> ended(request, path)));
    }

    private void answered(ProxiedPath path, int status) {
        answering.add(path);
        if (status < HttpStatus.INTERNAL_SERVER_ERROR_500) {
            used(path.sandbox());
        }
    }

    /** Not on this thread, which serves all connections; called for everything that moves. */
    private void used(SandboxId sandbox) {
        if (renewOnAccess.isDue(sandbox)) {
            getServer().getThreadPool().execute(() -> renew(sandbox));
        }
    }

    private void renew(SandboxId sandbox) {
        try {
            renewOnAccess.renew(sandbox);
        } catch (RuntimeException failed) {
            log.warn("Sandbox {} was used, but not renewed: {}", sandbox, failed.getMessage());
        }
    }

    private void begin(ProxiedPath path) {
        if (!open.begin(path.sandbox())) {
            throw new SandboxException.Overloaded(
                    "Too many requests to this sandbox are under way; end some of them first", OVERLOAD_RETRY);
        }
    }

    /** A request that became a WebSocket ends with that. */
    private void ended(Request request, ProxiedPath path) {
        if (request.getAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE) == null) {
            open.end(path.sandbox());
        }
    }

    @Override
    protected HttpURI rewriteHttpURI(Request request) {
        return request.getHttpURI();
    }

    @Override
    protected org.eclipse.jetty.client.Request newProxyToServerRequest(Request request, HttpURI uri) {
        InetSocketAddress backend = (InetSocketAddress) Objects.requireNonNull(request.getAttribute(BACKEND));
        BackendRequest forwarded = new BackendRequest(
                getHttpClient(),
                backend,
                request.getMethod(),
                ProxiedPath.get(request).rest(),
                uri.getQuery());
        if (request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            forwarded.trailersSupplier(request::getTrailers);
        }
        forwarded.idleTimeout(0, TimeUnit.MILLISECONDS);
        return forwarded;
    }

    @Override
    protected void copyRequestHeaders(Request request, org.eclipse.jetty.client.Request forwarded) {
        HttpFields headers = requestHeaders.forward(request, ProxiedPath.get(request));
        forwarded.headers(all -> all.add(headers));
    }

    /** They are among the copied ones. */
    @Override
    protected void addProxyHeaders(Request request, org.eclipse.jetty.client.Request forwarded) {}

    /** A type without a body is handed on as such; the library would make an empty body of it. */
    @Override
    protected org.eclipse.jetty.client.Request.@Nullable Content newProxyToServerRequestContent(
            Request request, Response response, org.eclipse.jetty.client.Request forwarded) {
        HttpFields headers = request.getHeaders();
        return headers.contains(HttpHeader.CONTENT_LENGTH) || headers.contains(HttpHeader.TRANSFER_ENCODING)
                ? super.newProxyToServerRequestContent(request, response, forwarded)
                : null;
    }

    @Override
    protected void sendProxyToServerRequest(
            Request request, org.eclipse.jetty.client.Request forwarded, Response response, Callback callback) {
        if (WebSocketUpgrade.isAskedFor(request)) {
            SandboxId sandbox = ProxiedPath.get(request).sandbox();
            HttpUpgrader upgrade = new WebSocketUpgrade(
                    request, response, callback, this::answered, () -> used(sandbox), () -> open.end(sandbox));
            forwarded.attribute(HttpUpgrader.Factory.class.getName(), (HttpUpgrader.Factory) _ -> upgrade);
        }
        if (forwarded.getBody() != null && forwarded.getHeaders().contains(HttpHeader.EXPECT, "100-continue")) {
            WithheldBody.of(
                    (HttpRequest) forwarded,
                    onServerToProxyResponse100Continue(request, forwarded),
                    getHttpClient().getScheduler());
        }
        super.sendProxyToServerRequest(request, forwarded, response, callback);
    }

    @Override
    protected org.eclipse.jetty.client.Response.CompleteListener newServerToProxyResponseListener(
            Request request, org.eclipse.jetty.client.Request forwarded, Response response, Callback callback) {
        return new ResponseRelay(request, forwarded, response, callback);
    }

    @Override
    protected void onServerToProxyResponseFailure(
            Request request,
            org.eclipse.jetty.client.Request forwarded,
            org.eclipse.jetty.client.Response received,
            Response response,
            Callback callback,
            Throwable failure) {
        ProxiedPath path = ProxiedPath.get(request);
        if (response.isCommitted()) {
            // The client sees that the body ended before its time.
            callback.failed(failure);
        } else {
            errors.answer(
                    request,
                    response,
                    callback,
                    ProblemMapper.map(BackendFailures.of(failure, path.port(), answering.contains(path))));
        }
    }

    /** Hands a response on to the client. */
    private final class ResponseRelay extends ProxyResponseListener {

        private final Request request;
        private final Response response;
        private final @Nullable WithheldBody withheld;
        private final Callback.Completable head = new Callback.Completable();

        ResponseRelay(
                Request request, org.eclipse.jetty.client.Request forwarded, Response response, Callback callback) {
            super(request, forwarded, response, callback);
            this.request = request;
            this.response = response;
            this.withheld = WithheldBody.find(forwarded);
        }

        @Override
        public void onBegin(org.eclipse.jetty.client.Response received) {
            super.onBegin(received);
            answered(ProxiedPath.get(request), received.getStatus());
            if (received.getStatus() == HttpStatus.SWITCHING_PROTOCOLS_101) {
                var _ = received.abort(new HttpResponseException("101 without being asked", received));
            }
        }

        /** A stream begins with its head, which may be all there is for a long time. */
        @Override
        public void onHeaders(org.eclipse.jetty.client.Response received) {
            ResponseHeaders.copy(received, request, response);
            if (isStream(received.getHeaders()) && !HttpMethod.HEAD.is(request.getMethod())) {
                response.write(false, BufferUtil.EMPTY_BUFFER, head);
            } else {
                head.succeeded();
            }
        }

        private static boolean isStream(HttpFields headers) {
            return headers.contains(HttpHeader.TRANSFER_ENCODING)
                    || String.valueOf(headers.get(HttpHeader.CONTENT_TYPE)).startsWith("text/event-stream");
        }

        @Override
        public void onContent(org.eclipse.jetty.client.Response received, Content.Chunk chunk, Runnable demander) {
            used(ProxiedPath.get(request).sandbox());
            chunk.retain();
            var _ = head.whenComplete((_, failure) -> {
                if (failure == null) {
                    super.onContent(received, chunk, demander);
                } else {
                    var _ = received.abort(failure);
                }
                chunk.release();
            });
        }

        @Override
        public void onSuccess(org.eclipse.jetty.client.Response received) {
            var _ = head.whenComplete((_, failure) -> {
                if (failure == null) {
                    super.onSuccess(received);
                } else {
                    failed(failure);
                }
            });
            if (withheld != null) {
                withheld.refuse();
            }
        }

        @Override
        public void onComplete(Result result) {
            boolean answered = withheld != null && withheld.wasRefused() && result.getResponseFailure() == null;
            super.onComplete(answered ? new Result(result.getRequest(), result.getResponse()) : result);
        }
    }
}
