package dev.sandkeep.adapters.k8s;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between an adapter and its API server, and can cut what goes on or let nobody through. */
final class ApiRelay implements AutoCloseable {

    private final URI target;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closedToAll;

    ApiRelay(URI target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** A kubeconfig like that one, which leads through here. */
    Path kubeconfig(Path original, Path directory) throws IOException {
        String text = Files.readString(original)
                .replaceAll("(?m)^(\\s*)certificate-authority(-data)?:.*$", "$1insecure-skip-tls-verify: true")
                .replaceAll("(?m)^(\\s*)server:.*$", "$1server: https://127.0.0.1:" + listener.getLocalPort());
        return Files.writeString(directory.resolve("kubeconfig-of-relay"), text);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (closedToAll) {
                    client.close();
                } else {
                    Socket server = new Socket(target.getHost(), target.getPort() < 0 ? 443 : target.getPort());
                    open.add(client);
                    open.add(server);
                    pass(client, server);
                    pass(server, client);
                }
            } catch (IOException ended) {
                var _ = cut();
            }
        }
    }

    private void pass(Socket from, Socket to) {
        Thread.ofVirtual().start(() -> {
            try (from;
                    to) {
                InputStream input = from.getInputStream();
                OutputStream output = to.getOutputStream();
                input.transferTo(output);
            } catch (IOException ended) {
                open.remove(from);
            }
        });
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
