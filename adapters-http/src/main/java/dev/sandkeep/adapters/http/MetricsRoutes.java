package dev.sandkeep.adapters.http;

import dev.sandkeep.adapters.http.auth.ApiKey;
import io.javalin.config.RoutesConfig;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics in the text format of Prometheus. They tell how busy the server is, so they need an API key, or a token that
 * opens nothing else and that every scraper can send.
 */
public final class MetricsRoutes implements Routes {

    private static final String PATH = "/metrics";
    private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

    private final Supplier<String> scrape;
    private final @Nullable ApiKey token;

    /** @param token sent as a bearer token; null if only API keys open the metrics */
    public MetricsRoutes(Supplier<String> scrape, @Nullable ApiKey token) {
        this.scrape = scrape;
        this.token = token;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        Routes.get(routes, PATH, context -> context.contentType(TEXT_FORMAT).result(scrape.get()));
    }

    @Override
    public Map<String, ApiKey> bearerTokens() {
        return token == null ? Map.of() : Map.of(PATH, token);
    }
}
