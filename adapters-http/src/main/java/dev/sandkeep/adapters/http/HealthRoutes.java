package dev.sandkeep.adapters.http;

import dev.sandkeep.adapters.http.error.ErrorCode;
import dev.sandkeep.adapters.http.error.RefusedRequest;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Tells load balancers, supervisors and scripts how the server is. Open to everybody, so it names parts of the server
 * and no address, version or sandbox.
 */
public final class HealthRoutes implements Routes {

    private static final String HEALTH = "/health";
    private static final String LIVE = "/health/live";
    private static final String READY = "/health/ready";

    private final Supplier<List<String>> notReady;

    /** @param notReady says in words which parts are not ready; must return soon, whatever state they are in */
    public HealthRoutes(Supplier<List<String>> notReady) {
        this.notReady = notReady;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        Routes.get(routes, HEALTH, HealthRoutes::alive);
        Routes.get(routes, LIVE, HealthRoutes::alive);
        Routes.get(routes, READY, this::ready);
    }

    @Override
    public Set<String> openPaths() {
        return Set.of(HEALTH, LIVE, READY);
    }

    private static void alive(Context context) {
        answer(context, "{\"status\":\"healthy\"}");
    }

    private void ready(Context context) {
        List<String> missing = notReady.get();
        if (!missing.isEmpty()) {
            throw new RefusedRequest(ErrorCode.NOT_READY, "Not ready: " + String.join("; ", missing));
        }
        answer(context, "{\"status\":\"ready\"}");
    }

    private static void answer(Context context, String body) {
        context.contentType("application/json").result(body);
    }
}
