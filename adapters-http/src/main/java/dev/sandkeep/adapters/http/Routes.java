package dev.sandkeep.adapters.http;

import io.javalin.config.RoutesConfig;
import java.util.Set;

/** Some routes of the server. */
public interface Routes {

    void addTo(RoutesConfig routes);

    /** The paths that need no API key, each written out in full: a path that differs in any character is not open. */
    default Set<String> openPaths() {
        return Set.of();
    }
}
