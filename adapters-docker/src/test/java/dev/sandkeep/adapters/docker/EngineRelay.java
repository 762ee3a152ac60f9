package dev.sandkeep.adapters.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a runtime and the real engine, to be as unreliable as an engine can be: it can swallow requests, so
 * that they are never answered, refuse them, or be away. Thread-safe.
 */
final class EngineRelay implements AutoCloseable {

    private static final String NOTHING = "nothing at all";

    private static final ByteBuffer REFUSAL = StandardCharsets.ISO_8859_1.encode(
            "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 24\r\n"
                    + "Connection: close\r\n\r\n{\"message\":\"it cannot\"} ");

    private final Path socket;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private volatile String swallowed = NOTHING;
    private volatile String refused = NOTHING;
    private final AtomicInteger refusals = new AtomicInteger();
    private volatile boolean away;
    private final ServerSocketChannel server;

    EngineRelay(Path directory) throws IOException {
        socket = directory.resolve("relay.sock");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::accept);
    }

    URI address() {
        return URI.create("unix://" + socket);
    }

    /** From now on a request with this in it gets no answer. */
    void swallow(String part) {
        swallowed = part;
    }

    /** The next requests with this in them fail, so many of them. */
    void refuse(String part, int times) {
        refusals.set(times);
        refused = part;
    }

    /** How many requests are still to fail. */
    int refusalsLeft() {
        return refusals.get();
    }

    /** Cuts every connection, and takes no new one until {@link #comeBack}. */
    void goAway() {
        away = true;
        open.forEach(EngineRelay::close);
    }

    void comeBack() {
        away = false;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                if (away) {
                    client.close();
                } else {
                    SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(TestEngine.ADDRESS.getPath()));
                    open.add(client);
                    open.add(engine);
                    Thread.ofVirtual().start(() -> copy(client, engine, true));
                    Thread.ofVirtual().start(() -> copy(engine, client, false));
                }
            }
        } catch (IOException closed) {
            open.forEach(EngineRelay::close);
        }
    }

    private void copy(SocketChannel from, SocketChannel to, boolean requests) {
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        boolean silent = false;
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                String text = requests
                        ? StandardCharsets.ISO_8859_1.decode(buffer.duplicate()).toString()
                        : "";
                silent |= text.contains(swallowed);
                if (text.contains(refused) && refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    from.write(REFUSAL.duplicate());
                    return;
                }
                while (!silent && buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException cut) {
            // One side is gone; so is the other then.
            buffer.clear();
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        goAway();
        Files.deleteIfExists(socket);
    }
}
