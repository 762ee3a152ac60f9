package dev.sandkeep.adapters.http.docs;

import dev.sandkeep.adapters.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;

/** The OpenAPI document and a page to browse it, which loads nothing from anywhere else. Open to everybody. */
public final class DocsRoutes implements Routes {

    /** Nothing but what this server itself sends, and nothing that was written into the page. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private record Asset(String resource, String contentType) {}

    private static final Map<String, Asset> ASSETS = Map.of(
            "/openapi.json", new Asset("/openapi.json", "application/json"),
            "/docs", new Asset("/docs/index.html", "text/html; charset=utf-8"),
            "/docs/docs.css", new Asset("/docs/docs.css", "text/css; charset=utf-8"),
            "/docs/docs.js", new Asset("/docs/docs.js", "text/javascript; charset=utf-8"));

    @Override
    public void addTo(RoutesConfig routes) {
        ASSETS.forEach((path, asset) -> Routes.get(routes, path, context -> serve(asset, context)));
    }

    @Override
    public Set<String> openPaths() {
        return ASSETS.keySet();
    }

    private static void serve(Asset asset, Context context) {
        context.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        context.header("Referrer-Policy", "no-referrer");
        context.contentType(asset.contentType()).result(read(asset));
    }

    private static byte[] read(Asset asset) {
        try (InputStream resource = DocsRoutes.class.getResourceAsStream(asset.resource())) {
            if (resource == null) {
                throw new IllegalStateException("The server was built without " + asset.resource());
            }
            return resource.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("Cannot read " + asset.resource(), unreadable);
        }
    }
}
