package dev.sandkeep.adapters.http;

import dev.sandkeep.adapters.http.auth.ApiKey;
import dev.sandkeep.adapters.http.auth.ApiKeys;
import dev.sandkeep.adapters.http.auth.Caller;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.error.ErrorCode;
import dev.sandkeep.adapters.http.error.ProblemMapper;
import dev.sandkeep.adapters.http.error.RefusedRequest;
import dev.sandkeep.adapters.http.proxy.ProxiedPath;
import dev.sandkeep.adapters.http.proxy.SignedUrls;
import dev.sandkeep.application.audit.Actor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.MDC;

/**
 * What every request passes before it is routed, WebSocket upgrades included: it gets its id, and needs an API key
 * unless its path, exactly as it was sent, is an open one,
 * or is that of a sandbox whose token it bears. Whoever sent it is the {@link Actor} of everything that its thread does
 * for it, and is named in the log; a WebSocket's later messages come on other threads, which must be bound anew.
 * Thread-safe.
 */
final class RequestGate extends Handler.Wrapper {

    private final ApiKeys keys;
    private static final Pattern EGRESS_PATH =
            Pattern.compile("(?:/v1)?/sandboxes/([0-9a-f-]{36})/proxy/18080/(?:policy|healthz)");

    private static final String BEARER = "Bearer ";

    private static final Pattern CONTENT_PATH =
            Pattern.compile("(?:/v1)?/sandboxes/([0-9a-f-]{36})/diagnostics/content");

    /** Exactly as it was given out, so that nothing can be added to what was signed. */
    private static final Pattern CONTENT_QUERY =
            Pattern.compile("kind=([a-z]{1,16})&scope=([a-z]{1,16})&expires=(\\d{1,12})&signature=([A-Za-z0-9_-]{43})");

    private final SandboxTokens tokens;
    private final SignedUrls signedUrls;
    private final Set<String> openPaths;
    private final Map<String, ApiKey> bearerTokens;

    RequestGate(
            ApiKeys keys,
            SandboxTokens tokens,
            SignedUrls signedUrls,
            Set<String> openPaths,
            Map<String, ApiKey> bearerTokens) {
        this.keys = keys;
        this.tokens = tokens;
        this.signedUrls = signedUrls;
        this.openPaths = Set.copyOf(openPaths);
        this.bearerTokens = Map.copyOf(bearerTokens);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        JsonErrorHandler.addCommonHeaders(request, response);
        try (LogContext _ = LogContext.of(request)) {
            return handleAs(actor(request), request, response, callback);
        } catch (RefusedRequest refused) {
            JsonErrorHandler.answer(response, callback, ProblemMapper.map(refused));
            return true;
        }
    }

    private boolean handleAs(Actor actor, Request request, Response response, Callback callback) throws Exception {
        try (MDC.MDCCloseable _ = MDC.putCloseable("caller", actor.name())) {
            return actor.<Boolean, Exception>call(() -> super.handle(request, response, callback));
        }
    }

    private Actor actor(Request request) {
        String sent = request.getHttpURI().getPath();
        if (sent == null || !sent.startsWith("/")) {
            throw new RefusedRequest(ErrorCode.INVALID_REQUEST, "The target of a request must be a path");
        }
        if (openPaths.contains(sent)) {
            return Actor.anonymous(RequestId.of(request));
        }
        if (bearsToken(request)) {
            return Actor.sandboxToken("egress", RequestId.of(request));
        }
        if (bearsSignature(request)) {
            return Actor.sandboxToken("diagnostics", RequestId.of(request));
        }
        Optional<ProxiedPath> proxied = ProxiedPath.find(sent);
        if (proxied.isPresent()) {
            return actor(proxied.get(), request);
        }
        if (!UriCompliance.AMBIGUOUS_VIOLATIONS.containsAll(request.getHttpURI().getViolations())) {
            throw new RefusedRequest(ErrorCode.INVALID_REQUEST, "The path is not that of a valid URI");
        }
        return keyHolder(request, ApiKeys.HEADER);
    }

    private Actor actor(ProxiedPath path, Request request) {
        path.attachTo(request);
        if (path.signature() != null) {
            if (!signedUrls.accept(path)) {
                throw refuse("This signed URL is not valid, has expired or was revoked");
            }
            return Actor.sandboxToken("signature", RequestId.of(request));
        }
        if (bearsToken(path, request)) {
            return Actor.sandboxToken("access", RequestId.of(request));
        }
        // A service of the sandbox's own may want the other header for itself.
        return path.port() == ProxiedPath.EXEC_PORT
                        && request.getHeaders().contains(SandboxTokens.EXEC_HEADER)
                        && !request.getHeaders().contains(ApiKeys.HEADER)
                ? keyHolder(request, SandboxTokens.EXEC_HEADER)
                : keyHolder(request, ApiKeys.HEADER);
    }

    private Actor keyHolder(Request request, String header) {
        Caller caller = bearer(request).orElseGet(() -> authenticate(request, header));
        caller.attachTo(request);
        return Actor.apiKey(caller.name(), RequestId.of(request));
    }

    /** Whether it is for one sandbox, and comes with that sandbox's token. */
    private boolean bearsToken(Request request) {
        List<String> presented = request.getHeaders().getValuesList(SandboxTokens.EGRESS_HEADER);
        Matcher egress = EGRESS_PATH.matcher(request.getHttpURI().getPath());
        return presented.size() == 1 && egress.matches() && tokens.isEgress(egress.group(1), presented.getFirst());
    }

    private boolean bearsToken(ProxiedPath path, Request request) {
        List<String> presented = request.getHeaders().getValuesList(SandboxTokens.ACCESS_HEADER);
        if (presented.size() == 1 && tokens.isAccess(path.sandbox().value(), presented.getFirst())) {
            return true;
        }
        List<String> exec = request.getHeaders().getValuesList(SandboxTokens.EXEC_HEADER);
        return path.port() == ProxiedPath.EXEC_PORT
                && exec.size() == 1
                && tokens.isAccess(path.sandbox().value(), exec.getFirst());
    }

    /** Whoever sent the token that opens this path and no other. */
    private Optional<Caller> bearer(Request request) {
        ApiKey token = bearerTokens.get(request.getHttpURI().getPath());
        List<String> presented = request.getHeaders().getValuesList("Authorization");
        return token != null
                        && presented.size() == 1
                        && presented.getFirst().startsWith(BEARER)
                        && token.isText(presented.getFirst().substring(BEARER.length()))
                ? Optional.of(Caller.of(token))
                : Optional.empty();
    }

    /** Whether it is for diagnostics of one sandbox, at an address that this server gave out. */
    private boolean bearsSignature(Request request) {
        Matcher content = CONTENT_PATH.matcher(request.getHttpURI().getPath());
        String query = request.getHttpURI().getQuery();
        if (!content.matches() || query == null) {
            return false;
        }
        Matcher signed = CONTENT_QUERY.matcher(query);
        return signed.matches()
                && tokens.isDiagnostics(
                        content.group(1), signed.group(1), signed.group(2), signed.group(3), signed.group(4));
    }

    private Caller authenticate(Request request, String header) {
        List<String> presented = request.getHeaders().getValuesList(header);
        if (presented.size() > 1) {
            throw refuse("The header " + header + " must be sent once");
        }
        if (presented.isEmpty() || presented.getFirst().isBlank()) {
            throw refuse("Send your API key in the header " + header);
        }
        return keys.find(presented.getFirst())
                .map(Caller::of)
                .orElseThrow(() -> refuse("The API key in the header " + header + " is not known"));
    }

    private static RefusedRequest refuse(String message) {
        return new RefusedRequest(ErrorCode.UNAUTHENTICATED, message);
    }
}
