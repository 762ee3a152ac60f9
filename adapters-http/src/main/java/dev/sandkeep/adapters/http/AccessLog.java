package dev.sandkeep.adapters.http;

import dev.sandkeep.adapters.http.auth.Caller;
import java.time.Duration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each request, answered or refused: never a header, a query or a body, which may hold secrets. */
final class AccessLog implements RequestLog {

    private static final Logger log = LoggerFactory.getLogger(AccessLog.class);
    private static final int LONGEST_PATH = 256;

    @Override
    public void log(Request request, Response response) {
        if (log.isInfoEnabled()) {
            log.info(
                    "{} {} {} {} ms, request {}, key {}",
                    printable(request.getMethod()),
                    printable(request.getHttpURI().getPath()),
                    response.getStatus(),
                    Duration.ofNanos(System.nanoTime() - request.getBeginNanoTime())
                            .toMillis(),
                    RequestId.of(request),
                    Caller.nameOf(request));
        }
    }

    /** A client chose this; a terminal may show it. */
    private static String printable(String text) {
        String visible = String.valueOf(text).replaceAll("[^\\x21-\\x7e]", "?");
        return visible.length() <= LONGEST_PATH ? visible : visible.substring(0, LONGEST_PATH) + "...";
    }
}
