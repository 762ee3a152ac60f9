package dev.sandkeep.adapters.http;

import dev.sandkeep.adapters.http.proxy.ProxiedPath;
import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import java.time.Duration;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each request, answered or refused, and word of it to an observer: never a header, a query or a body, which
 * may hold secrets. Thread-safe.
 */
final class AccessLog implements RequestLog {

    private static final Logger log = LoggerFactory.getLogger(AccessLog.class);
    private static final Pattern SIGNATURE = Pattern.compile("(/proxy/[0-9]+-)[^/]*");
    private static final int LONGEST_PATH = 256;

    private static final String NO_ROUTE = "none";
    private static final String PROXY_ROUTE = "/sandboxes/{sandboxId}/proxy/{port}";

    private static final String ROUTE = AccessLog.class.getName();

    private final RequestObserver observer;

    AccessLog(RequestObserver observer) {
        this.observer = observer;
    }

    /** Notes which route a request took, for when it is answered. */
    static void noteRoute(Context context) {
        Endpoint endpoint = context.endpoints().matchedHttpEndpoint();
        if (endpoint != null) {
            context.attribute(ROUTE, endpoint.path);
        }
    }

    @Override
    public void log(Request request, Response response) {
        Duration took = Duration.ofNanos(System.nanoTime() - request.getBeginNanoTime());
        boolean proxied = ProxiedPath.of(request).isPresent();
        observer.answered(new RequestObserver.Answered(
                String.valueOf(request.getMethod()),
                proxied ? PROXY_ROUTE : route(request),
                proxied,
                response.getStatus(),
                took,
                Math.max(0, Request.getContentBytesRead(request)),
                Math.max(0, Response.getContentBytesWritten(response))));
        if (log.isInfoEnabled()) {
            try (LogContext _ = LogContext.ofAnswered(request)) {
                log.info(
                        "{} {} {} {} ms",
                        printable(request.getMethod()),
                        printable(unsigned(request.getHttpURI().getPath())),
                        response.getStatus(),
                        took.toMillis());
            }
        }
    }

    private static String route(Request request) {
        return request.getAttribute(ROUTE) instanceof String known ? known : NO_ROUTE;
    }

    /** A signature lets in whoever reads it. */
    private static String unsigned(@Nullable String path) {
        return path == null ? "" : SIGNATURE.matcher(path).replaceFirst("$1***");
    }

    /** A client chose this; a terminal may show it. */
    private static String printable(String text) {
        String visible = String.valueOf(text).replaceAll("[^\\x21-\\x7e]", "?");
        return visible.length() <= LONGEST_PATH ? visible : visible.substring(0, LONGEST_PATH) + "...";
    }
}
