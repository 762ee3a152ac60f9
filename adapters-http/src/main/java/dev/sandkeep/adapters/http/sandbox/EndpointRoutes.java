package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.proxy.ProxiedPath;
import dev.sandkeep.adapters.http.proxy.SignedUrls;
import dev.sandkeep.application.lifecycle.FindSandbox;
import dev.sandkeep.application.lifecycle.RevokeEndpoints;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells how the ports of a sandbox are reached: always through this server. */
public final class EndpointRoutes implements Routes {

    /** Beyond every deadline; a token has none either. */
    private static final Instant AS_LONG_AS_IT_EXISTS = Instant.ofEpochSecond(9_999_999_999L);

    private static final List<String> PREFIXES = List.of("/v1", "");

    private final FindSandbox findSandbox;
    private final RevokeEndpoints revokeEndpoints;
    private final SandboxTokens tokens;
    private final SignedUrls signedUrls;
    private final @Nullable String publicHost;

    /** @param publicHost host, port and path under which clients reach this server, or null if as they ask */
    public EndpointRoutes(
            FindSandbox findSandbox,
            RevokeEndpoints revokeEndpoints,
            SandboxTokens tokens,
            SignedUrls signedUrls,
            @Nullable String publicHost) {
        this.findSandbox = findSandbox;
        this.revokeEndpoints = revokeEndpoints;
        this.tokens = tokens;
        this.signedUrls = signedUrls;
        this.publicHost = publicHost;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        Routes.get(routes, "/v1/sandboxes/{sandboxId}/endpoints/{port}", context -> endpoint(context, true));
        Routes.get(routes, "/sandboxes/{sandboxId}/endpoints/{port}", context -> endpoint(context, false));
        for (String prefix : PREFIXES) {
            routes.delete(prefix + "/sandboxes/{sandboxId}/endpoints", this::revoke);
        }
    }

    /**
     * Clients ask before anything listens, most of them while the sandbox is still being made. Those that ask without a
     * version are older than the headers of an endpoint, so that what lets them run commands is in the address.
     */
    private void endpoint(Context context, boolean sendsHeaders) {
        Problems problems = new Problems();
        int port = port(context.pathParam("port"), problems);
        Instant expires = expires(context.queryParam("expires"), port, problems);
        problems.throwIfAny();
        Sandbox sandbox = findSandbox.find(SandboxPath.id(context), false);
        sandbox.requireNoEnd();
        if (!sendsHeaders && port == ProxiedPath.EXEC_PORT && expires == null) {
            expires = AS_LONG_AS_IT_EXISTS;
        }
        String base = (publicHost == null ? context.host() : publicHost) + "/sandboxes/" + sandbox.id() + "/proxy/";
        EndpointResponse response = expires == null
                ? new EndpointResponse(base + port, token(sandbox.id(), port))
                : new EndpointResponse(base + signedUrls.sign(sandbox.id(), port, expires), null);
        context.contentType("application/json").result(Json.write(response));
    }

    private Map<String, String> token(SandboxId id, int port) {
        return port == ProxiedPath.RESERVED_PORT
                ? Map.of(SandboxTokens.EGRESS_HEADER, tokens.egress(id.value()))
                : Map.of(SandboxTokens.ACCESS_HEADER, tokens.access(id.value()));
    }

    private void revoke(Context context) {
        revokeEndpoints.revoke(SandboxPath.id(context));
        context.status(HttpStatus.NO_CONTENT);
    }

    private @Nullable Instant expires(@Nullable String text, int port, Problems problems) {
        if (text == null) {
            return null;
        }
        if (port == ProxiedPath.RESERVED_PORT) {
            problems.add("expires", "there are no signed URLs for port " + ProxiedPath.RESERVED_PORT);
        } else if (!text.matches("[1-9]\\d{0,11}")
                || !signedUrls.isToCome(Instant.ofEpochSecond(Long.parseLong(text)))) {
            problems.add("expires", "must be a time to come, in whole seconds since 1970-01-01T00:00:00Z");
        } else {
            return Instant.ofEpochSecond(Long.parseLong(text));
        }
        return null;
    }

    private static int port(String text, Problems problems) {
        if (!text.matches("[1-9]\\d{0,4}") || Integer.parseInt(text) > ProxiedPath.MAX_PORT) {
            problems.add("port", "must be a whole number from 1 to " + ProxiedPath.MAX_PORT);
            return 1;
        }
        return Integer.parseInt(text);
    }
}
