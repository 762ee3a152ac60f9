package dev.sandkeep.adapters.http.proxy;

import java.net.InetSocketAddress;
import java.net.URI;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request to a sandbox, whose method, path and query go out letter by letter as they came in. The library would put
 * them through its notion of a URI first, in which {@code //a/b} names a host.
 */
final class BackendRequest extends HttpRequest {

    private final String method;
    private final String path;
    private final @Nullable String query;

    BackendRequest(HttpClient client, InetSocketAddress backend, String method, String path, @Nullable String query) {
        super(client, new HttpConversation(), root(backend));
        this.method = method;
        this.path = path;
        this.query = query;
    }

    private static URI root(InetSocketAddress backend) {
        String address = backend.getAddress().getHostAddress();
        String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
        return URI.create("http://" + host + ":" + backend.getPort() + "/");
    }

    @Override
    public String getMethod() {
        return method;
    }

    @Override
    public String getPath() {
        return path;
    }

    @Override
    public @Nullable String getQuery() {
        return query;
    }
}
