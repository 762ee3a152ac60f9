package dev.sandkeep.adapters.http;

import io.javalin.config.RoutesConfig;
import java.util.Set;

/** Tells load balancers and scripts that the server answers. Open to everybody, and tells nothing else. */
public final class HealthRoutes implements Routes {

    private static final String PATH = "/health";

    @Override
    public void addTo(RoutesConfig routes) {
        Routes.get(
                routes, PATH, context -> context.contentType("application/json").result("{\"status\":\"healthy\"}"));
    }

    @Override
    public Set<String> openPaths() {
        return Set.of(PATH);
    }
}
