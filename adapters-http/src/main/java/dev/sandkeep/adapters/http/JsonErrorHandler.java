package dev.sandkeep.adapters.http;

import dev.sandkeep.adapters.http.error.ErrorAnswer;
import dev.sandkeep.adapters.http.error.ProblemMapper;
import dev.sandkeep.adapters.http.json.Json;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Gives what the HTTP library refuses by itself, before any route, the same shape as all other errors. */
final class JsonErrorHandler extends ErrorHandler {

    static final String JSON = "application/json";

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int status,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        addCommonHeaders(request, response);
        answer(response, callback, ProblemMapper.ofStatus(status));
    }

    static void addCommonHeaders(Request request, Response response) {
        response.getHeaders().put(RequestId.HEADER, RequestId.of(request));
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    }

    /** Answers a request, whatever was meant to be answered before. */
    static void answerAnew(Request request, Response response, Callback callback, ErrorAnswer answer) {
        response.reset();
        addCommonHeaders(request, response);
        answer(response, callback, answer);
    }

    static void answer(Response response, Callback callback, ErrorAnswer answer) {
        if (answer.retryAfter() != null) {
            response.getHeaders()
                    .put(HttpHeader.RETRY_AFTER, Math.max(1, answer.retryAfter().toSeconds()));
        }
        response.setStatus(answer.status());
        if (answer.retryAfter() != null) {
            response.getHeaders()
                    .put(HttpHeader.RETRY_AFTER, Math.max(1, answer.retryAfter().toSeconds()));
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON);
        response.write(true, ByteBuffer.wrap(Json.write(answer.body())), callback);
    }
}
