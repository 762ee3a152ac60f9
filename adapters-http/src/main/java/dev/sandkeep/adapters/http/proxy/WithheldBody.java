package dev.sandkeep.adapters.http.proxy;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.HttpRequestException;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request whose client waits for 100 Continue: it is asked for when the sandbox asks for it, or does
 * nothing for a while, as services do that have never heard of it. If the sandbox answers instead, it is never asked for.
 */
final class WithheldBody {

    /** As long as common clients wait before they send it unasked. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final String ATTRIBUTE = WithheldBody.class.getName();

    private enum State {
        WITHHELD,
        ASKED_FOR,
        REFUSED
    }

    private final HttpRequest request;
    private final Runnable ask;
    private final AtomicReference<State> state = new AtomicReference<>(State.WITHHELD);

    private WithheldBody(HttpRequest request, Runnable ask) {
        this.request = request;
        this.ask = ask;
    }

    /** @param ask asks the client for the body */
    static void of(HttpRequest request, Runnable ask, Scheduler scheduler) {
        WithheldBody body = new WithheldBody(request, ask);
        request.attribute(ATTRIBUTE, body);
        request.onRequestCommit(_ -> scheduler.schedule(body::askFor, PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** The body of this request, if it is one that is or was withheld. */
    static @Nullable WithheldBody find(Request request) {
        return request.getAttributes().get(ATTRIBUTE) instanceof WithheldBody body ? body : null;
    }

    void askFor() {
        if (state.compareAndSet(State.WITHHELD, State.ASKED_FOR)) {
            exchange().proceed(ask, null);
        }
    }

    /** The sandbox answered without it. */
    void refuse() {
        if (state.compareAndSet(State.WITHHELD, State.REFUSED)) {
            exchange().proceed(null, new HttpRequestException("The body was not wanted", request));
        }
    }

    boolean wasRefused() {
        return state.get() == State.REFUSED;
    }

    private HttpExchange exchange() {
        return Objects.requireNonNull(request.getConversation().getExchanges().peekLast());
    }
}
