package dev.sandkeep.adapters.http.proxy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * Which headers of a sandbox's response a client gets: all of them as they came, but for those that concern the
 * connection to the sandbox and those with which a page could act on more than its own sandbox. Paths that a browser
 * would look up below this server's root are put below the sandbox's.
 */
final class ResponseHeaders {

    /** No page of a sandbox has the origin of this server: no storage, no cookies, no service workers, no API. */
    static final String ISOLATION =
            "sandbox allow-downloads allow-forms allow-modals allow-pointer-lock allow-popups allow-scripts";

    private static final Set<String> REFUSED = Set.of(
            // A page could take over the requests of other pages of this origin.
            "service-worker-allowed",
            // No request to this server is authenticated by what a browser adds on its own.
            "access-control-allow-credentials",
            // They would hold for the whole origin.
            "clear-site-data",
            "strict-transport-security",
            "public-key-pins",
            "alt-svc");

    private ResponseHeaders() {}

    /** Puts the headers of a sandbox's response into that of this server. */
    static void copy(org.eclipse.jetty.client.Response received, Request request, Response response) {
        HttpFields headers = forward(
                received.getHeaders(),
                ProxiedPath.get(request),
                request.getHeaders().get(HttpHeader.HOST));
        HttpFields.Mutable answered = response.getHeaders();
        // It was put there for the answers of this server itself.
        answered.remove(HttpHeader.CACHE_CONTROL);
        Set<String> seen = new HashSet<>();
        for (HttpField field : headers) {
            if (seen.add(field.getLowerCaseName())) {
                answered.put(field);
            } else {
                answered.add(field);
            }
        }
        if (received.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            response.setTrailersSupplier(received::getTrailers);
        }
    }

    /** @param host the Host header of the request, or null if it had none */
    static HttpFields forward(HttpFields received, ProxiedPath path, @Nullable String host) {
        Set<String> dropped = HopByHop.names(received);
        dropped.remove("content-length");
        HttpFields.Mutable forwarded = HttpFields.build();
        for (HttpField field : received) {
            String name = field.getLowerCaseName();
            if (!dropped.contains(name) && !REFUSED.contains(name)) {
                forwarded.add(rewritten(field, path, host));
            }
        }
        forwarded.put("X-Content-Type-Options", "nosniff");
        forwarded.add("Content-Security-Policy", ISOLATION);
        if (path.signature() != null) {
            // Or a page would tell others by which URL it was reached.
            forwarded.put("Referrer-Policy", "no-referrer");
        }
        return forwarded;
    }

    private static HttpField rewritten(HttpField field, ProxiedPath path, @Nullable String host) {
        String value = field.getValue();
        if (value == null) {
            return field;
        }
        if (field.getHeader() == HttpHeader.LOCATION) {
            return new HttpField(HttpHeader.LOCATION, location(value, path, host));
        }
        return field.getHeader() == HttpHeader.SET_COOKIE
                ? new HttpField(HttpHeader.SET_COOKIE, cookie(value, path))
                : field;
    }

    /** A redirect within the sandbox stays in it; one to elsewhere is the client's to follow or not. */
    static String location(String location, ProxiedPath path, @Nullable String host) {
        String own = "http://" + host;
        if (host != null && location.regionMatches(true, 0, own, 0, own.length())) {
            String rest = location.substring(own.length());
            if (rest.isEmpty() || rest.startsWith("/") || rest.startsWith("?") || rest.startsWith("#")) {
                return below(path.prefix(), rest.startsWith("/") ? rest : "/" + rest);
            }
        }
        return location.startsWith("/") && !location.startsWith("//") ? below(path.prefix(), location) : location;
    }

    /** A service that was told its prefix may have put it there itself. */
    private static String below(String prefix, String path) {
        return path.equals(prefix) || path.startsWith(prefix + "/") ? path : prefix + path;
    }

    /** A cookie is sent back to the port that set it, and to no other. */
    static String cookie(String cookie, ProxiedPath path) {
        List<String> parts = new ArrayList<>();
        boolean hasPath = false;
        for (String part : cookie.split(";", -1)) {
            // Browsers take the white space around both off (RFC 6265, 5.2).
            int equals = part.indexOf('=');
            String attribute =
                    (equals < 0 ? part : part.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
            if (parts.isEmpty()) {
                parts.add(part);
            } else if (attribute.equals("path")) {
                String wanted = equals < 0 ? "" : part.substring(equals + 1).strip();
                parts.add(" Path=" + (wanted.startsWith("/") ? below(path.prefix(), wanted) : path.prefix()));
                hasPath = true;
            } else if (!attribute.equals("domain")) {
                parts.add(part);
            }
        }
        if (!hasPath) {
            parts.add(" Path=" + path.prefix() + directory(path.rest()));
        }
        return String.join(";", parts);
    }

    /** The path that a cookie has by default (RFC 6265, 5.1.4). */
    private static String directory(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }
}
