package dev.sandkeep.adapters.http.proxy;

import java.util.concurrent.Executor;
import java.util.function.ObjIntConsumer;
import org.eclipse.jetty.client.HttpUpgrader;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Makes a tunnel of the two connections of a request to which the sandbox answered 101. */
final class WebSocketUpgrade implements HttpUpgrader {

    private static final String WEBSOCKET = "websocket";

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final ObjIntConsumer<ProxiedPath> answered;
    private final Runnable moved;
    private final Runnable closed;

    /**
     * An upgrade that is still to come.
     *
     * @param answered told the status when the sandbox agrees
     * @param moved called whenever bytes move through the tunnel; must not block
     * @param closed called when the tunnel is closed; not called if there never was one
     */
    WebSocketUpgrade(
            Request request,
            Response response,
            Callback callback,
            ObjIntConsumer<ProxiedPath> answered,
            Runnable moved,
            Runnable closed) {
        this.answered = answered;
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.moved = moved;
        this.closed = closed;
    }

    /** Whether this asks for a WebSocket. Other protocols, such as h2c, are not switched to. */
    static boolean isAskedFor(Request request) {
        HttpFields headers = request.getHeaders();
        return HttpMethod.GET.is(request.getMethod())
                && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
                && headers.contains(HttpHeader.CONNECTION, "upgrade")
                && WEBSOCKET.equalsIgnoreCase(headers.get(HttpHeader.UPGRADE))
                && !headers.contains(HttpHeader.CONTENT_LENGTH)
                && !headers.contains(HttpHeader.TRANSFER_ENCODING);
    }

    @Override
    public void prepare(org.eclipse.jetty.client.Request forwarded) {
        forwarded.headers(headers -> addTo(headers));
    }

    static void addTo(HttpFields.Mutable headers) {
        headers.put(HttpHeader.CONNECTION, "Upgrade").put(HttpHeader.UPGRADE, WEBSOCKET);
    }

    @Override
    public void upgrade(org.eclipse.jetty.client.Response received, EndPoint backend, Callback upgraded) {
        EndPoint client = request.getConnectionMetaData().getConnection().getEndPoint();
        Executor executor = request.getComponents().getExecutor();
        ByteBufferPool buffers = request.getComponents().getByteBufferPool();
        TunnelEnd backendEnd = new TunnelEnd(backend, client, executor, buffers, moved, closed);
        TunnelEnd clientEnd = new TunnelEnd(client, backend, executor, buffers, moved, () -> {});
        answered.accept(ProxiedPath.get(request), received.getStatus());
        response.setStatus(HttpStatus.SWITCHING_PROTOCOLS_101);
        ResponseHeaders.copy(received, request, response);
        addTo(response.getHeaders());
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, clientEnd);
        response.write(
                true,
                null,
                Callback.from(
                        () -> {
                            // Only now, since nothing may overtake the head of the response.
                            backend.upgrade(backendEnd);
                            callback.succeeded();
                            upgraded.succeeded();
                        },
                        failure -> {
                            backend.close(failure);
                            closed.run();
                            callback.failed(failure);
                            upgraded.succeeded();
                        }));
    }
}
