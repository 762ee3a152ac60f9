package dev.sandkeep.adapters.k8s;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * Stands between an adapter and its API server, and can cut what goes on, let nobody through, or make a watch begin where
 * the API server has forgotten what happened. It speaks plainly with the adapter, so that it can read what is asked.
 */
final class ApiRelay implements AutoCloseable {

    private static final Pattern LIST_OR_WATCH = Pattern.compile("^GET /api/v1/namespaces/[^/ ]+/pods[?][^ ]*");
    private static final Pattern VERSION = Pattern.compile("resourceVersion=\\d+");

    private final URI target;
    private final SSLContext tls;
    private final AtomicBoolean forgetful = new AtomicBoolean();
    private final AtomicInteger listsSinceForgotten = new AtomicInteger();
    private volatile boolean forgotten;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closedToAll;

    /** @param client that reaches the API server directly */
    ApiRelay(Config client) throws IOException {
        this.target = URI.create(client.getMasterUrl());
        try {
            this.tls = SSLUtils.sslContext(client);
        } catch (GeneralSecurityException unusable) {
            throw new AssertionError("The kubeconfig's certificates cannot be used", unusable);
        }
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** A kubeconfig like that one, which leads through here. */
    Path kubeconfig(Path original, Path directory) throws IOException {
        String text = Files.readString(original)
                .replaceAll("(?m)^(\\s*)server:.*$", "$1server: http://127.0.0.1:" + listener.getLocalPort());
        return Files.writeString(directory.resolve("kubeconfig-of-relay"), text);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (closedToAll) {
                    client.close();
                } else {
                    Socket server = tls.getSocketFactory()
                            .createSocket(target.getHost(), target.getPort() < 0 ? 443 : target.getPort());
                    open.add(client);
                    open.add(server);
                    pass(client, server, this::asked);
                    pass(server, client, UnaryOperator.identity());
                }
            } catch (IOException ended) {
                var _ = cut();
            }
        }
    }

    private void pass(Socket from, Socket to, UnaryOperator<byte[]> change) {
        Thread.ofVirtual().start(() -> {
            try (from;
                    to) {
                InputStream input = from.getInputStream();
                OutputStream output = to.getOutputStream();
                byte[] buffer = new byte[64 * 1024];
                for (int length = input.read(buffer); length >= 0; length = input.read(buffer)) {
                    output.write(change.apply(Arrays.copyOf(buffer, length)));
                }
            } catch (IOException ended) {
                open.remove(from);
            }
        });
    }

    /** A client writes the head of a request at once, so a chunk that starts with a method starts a request. */
    private byte[] asked(byte[] chunk) {
        String text = new String(chunk, StandardCharsets.ISO_8859_1);
        Matcher request = LIST_OR_WATCH.matcher(text);
        if (!request.find()) {
            return chunk;
        }
        if (!request.group().contains("watch=true")) {
            if (forgotten) {
                listsSinceForgotten.incrementAndGet();
            }
            return chunk;
        }
        if (!forgetful.compareAndSet(true, false)) {
            return chunk;
        }
        forgotten = true;
        return VERSION.matcher(text).replaceFirst("resourceVersion=1").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The next watch begins at a version that is long forgotten, which the API server answers with 410. */
    void forget() {
        forgetful.set(true);
    }

    /** How often Pods were listed since a watch began at what was forgotten. */
    int listsSinceForgotten() {
        return listsSinceForgotten.get();
    }

    /** Breaks all connections, and tells how many there were. New ones are let through. */
    int cut() {
        int connections = open.size();
        open.removeIf(ApiRelay::close);
        return connections;
    }

    private static boolean close(Socket socket) {
        try {
            socket.close();
            return true;
        } catch (IOException already) {
            return true;
        }
    }

    /** As an API server that is down. */
    void goAway() {
        closedToAll = true;
        var _ = cut();
    }

    void comeBack() {
        closedToAll = false;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        var _ = cut();
    }
}
