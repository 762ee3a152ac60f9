package dev.sandkeep.adapters.http;

import dev.sandkeep.adapters.http.error.ProblemMapper;
import dev.sandkeep.domain.sandbox.SandboxException.Overloaded;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses a request at once while as many are being worked on as the server takes on, since one that waits in a queue
 * only makes the others slower. Open paths pass always, so that the server can still say how it is. Thread-safe.
 */
final class RequestLimit extends Handler.Wrapper {

    /** They last as long as their client likes; the number of connections bounds them. */
    private static final Pattern STREAMS = Pattern.compile("(?:/v1)?/(?:sandboxes/[^/]+/proxy/.*|events)");

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final int most;
    private final Semaphore free;
    private final Set<String> openPaths;

    RequestLimit(int most, Set<String> openPaths) {
        this.most = most;
        this.free = new Semaphore(most);
        this.openPaths = Set.copyOf(openPaths);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = request.getHttpURI().getPath();
        if (openPaths.contains(path) || STREAMS.matcher(path).matches()) {
            return super.handle(request, response, callback);
        }
        if (!free.tryAcquire()) {
            Overloaded refused = new Overloaded(
                    "The server is working on " + most + " requests already, as many as it takes on at a time", RETRY);
            JsonErrorHandler.answer(response, callback, ProblemMapper.map(refused));
            return true;
        }
        AtomicBoolean kept = new AtomicBoolean(true);
        Runnable release = () -> {
            if (kept.getAndSet(false)) {
                free.release();
            }
        };
        boolean handled = false;
        try {
            handled = super.handle(request, response, Callback.from(callback, release));
            return handled;
        } finally {
            // If nobody took it on, or by an exception, it is answered by its first callback and not by ours.
            if (!handled) {
                release.run();
            }
        }
    }
}
