package dev.sandkeep.bootstrap.process;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a server and its engine, or the API server of its cluster, passes every byte on, and does something at the very moment at which a given
 * request arrives, or its answer. So a server can be killed between any two steps. Thread-safe.
 */
final class EngineProxy implements AutoCloseable {

    enum Moment {
        /** The request and its answer go their way afterwards; the other moments are the end of the connection. */
        AS_THE_REQUEST_PASSES,
        BEFORE_THE_REQUEST_REACHES_THE_ENGINE,
        BEFORE_THE_ANSWER_REACHES_THE_SERVER
    }

    /** What to do, once. */
    record Trap(Pattern request, Moment moment, Runnable action) {}

    /** Where what is passed on goes to. */
    @FunctionalInterface
    interface Target {

        /** A new connection, which is told when the other side is at its end. */
        Connection connect() throws IOException;
    }

    /** A connection to the target. Both directions are used at the same time. */
    record Connection(ReadableByteChannel answers, WritableByteChannel requests, Closeable whole) implements Closeable {

        @Override
        public void close() throws IOException {
            whole.close();
        }
    }

    private final Target target;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();

    private EngineProxy(Target target, ServerSocket listener) {
        this.target = target;
        this.listener = listener;
    }

    /** Before an engine that listens at this socket. */
    static EngineProxy before(Path engine) throws IOException {
        return before(() -> {
            SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
            socket.connect(UnixDomainSocketAddress.of(engine));
            return new Connection(socket, socket, socket);
        });
    }

    static EngineProxy before(Target target) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        EngineProxy proxy = new EngineProxy(target, listener);
        proxy.threads.execute(proxy::accept);
        return proxy;
    }

    String address() {
        return "tcp://127.0.0.1:" + listener.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** Sets a trap for the first request whose method and path match, for example {@code POST .*}{@code /start}. */
    void set(Trap next) {
        trap.set(next);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                threads.execute(() -> relay(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void relay(Socket client) {
        try (client;
                Connection server = target.connect()) {
            AtomicReference<@Nullable Runnable> onAnswer = new AtomicReference<>();
            threads.execute(() -> answers(server, client, onAnswer));
            requests(Channels.newChannel(client.getInputStream()), server.requests(), onAnswer);
        } catch (IOException broken) {
            // One side went away, as killed servers and restarted engines do; closing both tells the other.
        } catch (IllegalStateException interrupted) {
            // What a trap still does when the test is over concerns no other test.
            if (!listener.isClosed()) {
                throw interrupted;
            }
        }
    }

    private void requests(
            ReadableByteChannel from, WritableByteChannel to, AtomicReference<@Nullable Runnable> onAnswer)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        while (from.read(buffer) >= 0) {
            buffer.flip();
            Trap set = trap.get();
            if (set != null && set.request().matcher(requestLine(buffer)).find() && trap.compareAndSet(set, null)) {
                switch (set.moment()) {
                    case AS_THE_REQUEST_PASSES -> set.action().run();
                    case BEFORE_THE_REQUEST_REACHES_THE_ENGINE -> {
                        set.action().run();
                        return;
                    }
                    case BEFORE_THE_ANSWER_REACHES_THE_SERVER -> onAnswer.set(set.action());
                }
            }
            writeAll(buffer, to);
        }
    }

    private static void answers(Connection from, Socket to, AtomicReference<@Nullable Runnable> onAnswer) {
        try (from;
                to;
                WritableByteChannel client = Channels.newChannel(to.getOutputStream())) {
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            while (from.answers().read(buffer) >= 0) {
                buffer.flip();
                Runnable action = onAnswer.getAndSet(null);
                if (action != null) {
                    action.run();
                    return;
                }
                writeAll(buffer, client);
            }
        } catch (IOException broken) {
            // As above.
        }
    }

    /** A client writes the head of a request at once, so a chunk that starts with a method starts a request. */
    private static String requestLine(ByteBuffer buffer) {
        String text = StandardCharsets.ISO_8859_1.decode(buffer.duplicate()).toString();
        int end = text.indexOf('\r');
        return end < 0 ? "" : text.substring(0, end);
    }

    private static void writeAll(ByteBuffer buffer, WritableByteChannel to) throws IOException {
        while (buffer.hasRemaining()) {
            to.write(buffer);
        }
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
