package dev.sandkeep.adapters.http;

import dev.sandkeep.adapters.http.auth.ApiKey;
import dev.sandkeep.adapters.http.proxy.ProxiedPath;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import java.util.Map;
import java.util.Set;

/** Some routes of the server. */
public interface Routes {

    void addTo(RoutesConfig routes);

    /** GET, and HEAD with the same status and headers. */
    static void get(RoutesConfig routes, String path, Handler handler) {
        routes.get(path, handler);
        routes.head(path, handler);
    }

    /** The paths that need no API key, each written out in full: a path that differs in any character is not open. */
    default Set<String> openPaths() {
        return Set.of();
    }

    /** Whether a request to a port of a sandbox is for these routes, rather than for what listens there. */
    default boolean serves(ProxiedPath path) {
        return false;
    }

    /** By path, as for {@link #openPaths}: a key that opens only that, sent as a bearer token (RFC 6750). */
    default Map<String, ApiKey> bearerTokens() {
        return Map.of();
    }
}
