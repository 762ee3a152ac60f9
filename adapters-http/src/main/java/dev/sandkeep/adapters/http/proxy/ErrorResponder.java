package dev.sandkeep.adapters.http.proxy;

import dev.sandkeep.adapters.http.error.ErrorAnswer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers a request that cannot be handed on, as the rest of the server answers its errors. */
@FunctionalInterface
public interface ErrorResponder {

    /** Replaces whatever was put into the response so far; nothing of it may have been sent. */
    void answer(Request request, Response response, Callback callback, ErrorAnswer answer);
}
