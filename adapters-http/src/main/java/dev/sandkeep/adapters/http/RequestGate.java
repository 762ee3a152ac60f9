package dev.sandkeep.adapters.http;

import dev.sandkeep.adapters.http.auth.ApiKeys;
import dev.sandkeep.adapters.http.auth.Caller;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.error.ErrorCode;
import dev.sandkeep.adapters.http.error.ProblemMapper;
import dev.sandkeep.adapters.http.error.RefusedRequest;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.MDC;

/**
 * What every request passes before it is routed, WebSocket upgrades included: it gets its id, and needs an API key
 * unless its path, exactly as it was sent, is an open one,
 * or is that of a sandbox whose token it bears. Thread-safe.
 */
final class RequestGate extends Handler.Wrapper {

    private final ApiKeys keys;
    private static final Pattern EGRESS_PATH =
            Pattern.compile("(?:/v1)?/sandboxes/([0-9a-f-]{36})/proxy/18080/(?:policy|healthz)");

    private final SandboxTokens tokens;
    private final Set<String> openPaths;

    RequestGate(ApiKeys keys, SandboxTokens tokens, Set<String> openPaths) {
        this.keys = keys;
        this.tokens = tokens;
        this.openPaths = Set.copyOf(openPaths);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        JsonErrorHandler.addCommonHeaders(request, response);
        try (MDC.MDCCloseable _ = MDC.putCloseable("requestId", RequestId.of(request))) {
            if (!openPaths.contains(request.getHttpURI().getPath()) && !bearsToken(request)) {
                authenticate(request).attachTo(request);
            }
            return handleAs(Caller.nameOf(request), request, response, callback);
        } catch (RefusedRequest refused) {
            JsonErrorHandler.answer(response, callback, ProblemMapper.map(refused));
            return true;
        }
    }

    private boolean handleAs(String caller, Request request, Response response, Callback callback) throws Exception {
        try (MDC.MDCCloseable _ = MDC.putCloseable("caller", caller)) {
            return super.handle(request, response, callback);
        }
    }

    /** Whether it is for one sandbox, and comes with that sandbox's token. */
    private boolean bearsToken(Request request) {
        List<String> presented = request.getHeaders().getValuesList(SandboxTokens.EGRESS_HEADER);
        Matcher egress = EGRESS_PATH.matcher(request.getHttpURI().getPath());
        return presented.size() == 1 && egress.matches() && tokens.isEgress(egress.group(1), presented.getFirst());
    }

    private Caller authenticate(Request request) {
        List<String> presented = request.getHeaders().getValuesList(ApiKeys.HEADER);
        if (presented.size() > 1) {
            throw refuse("The header " + ApiKeys.HEADER + " must be sent once");
        }
        if (presented.isEmpty() || presented.getFirst().isBlank()) {
            throw refuse("Send your API key in the header " + ApiKeys.HEADER);
        }
        return keys.findName(presented.getFirst())
                .map(Caller::new)
                .orElseThrow(() -> refuse("The API key in the header " + ApiKeys.HEADER + " is not known"));
    }

    private static RefusedRequest refuse(String message) {
        return new RefusedRequest(ErrorCode.UNAUTHENTICATED, message);
    }
}
