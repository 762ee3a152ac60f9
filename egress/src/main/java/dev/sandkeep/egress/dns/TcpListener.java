package dev.sandkeep.egress.dns;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;

/**
 * Answers queries over TCP on one address (RFC 7766), each connection on a virtual thread of its own. Queries that are
 * sent without waiting for answers are answered in turn. A client that is slow to send a query, or to take an answer, is
 * cut off. Thread-safe.
 */
final class TcpListener implements Closeable {

    private final ServerSocket server;
    private final Responder responder;
    private final Semaphore places;
    private final long patienceNanos;
    /** Has no thread before the first connection. */
    private final ScheduledThreadPoolExecutor timer;

    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private TcpListener(ServerSocket server, Responder responder, Limits limits) {
        this.server = server;
        this.responder = responder;
        this.places = new Semaphore(limits.connections());
        this.patienceNanos = limits.patience().toNanos();
        // What is scheduled after the end is discarded: by then all connections are closed.
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("dns-tcp-timer").daemon().factory(), new DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
    }

    static TcpListener start(InetSocketAddress address, Responder responder, Limits limits) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.bind(address, limits.connections());
        } catch (IOException failed) {
            server.close();
            throw failed;
        }
        TcpListener listener = new TcpListener(server, responder, limits);
        Thread.ofVirtual().name("dns-tcp").start(listener::acceptForEver);
        return listener;
    }

    private void acceptForEver() {
        try {
            while (true) {
                Socket client = server.accept();
                if (places.tryAcquire()) {
                    Thread.ofVirtual().start(() -> serve(client));
                } else {
                    cut(client);
                }
            }
        } catch (SocketException closed) {
            if (!server.isClosed()) {
                throw new UncheckedIOException("Connections cannot be accepted any more", closed);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("Connections cannot be accepted any more", failed);
        }
    }

    private void serve(Socket client) {
        open.add(client);
        try (client) {
            if (server.isClosed()) {
                return;
            }
            client.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
            Optional<byte[]> answer = answerNext(client, in);
            while (answer.isPresent()) {
                write(client, answer.get());
                answer = answerNext(client, in);
            }
        } catch (IOException gone) {
            // The client has ended the connection, or it was cut off.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
            places.release();
        }
    }

    /** Nothing if the connection is to be closed, since there is no telling what follows. */
    private Optional<byte[]> answerNext(Socket client, DataInputStream in) throws IOException, InterruptedException {
        byte[] message;
        Future<?> impatience = cutLater(client);
        try {
            int length = in.readUnsignedShort();
            if (length > Query.MAX_LENGTH) {
                return Optional.empty();
            }
            message = new byte[length];
            in.readFully(message);
        } finally {
            impatience.cancel(false);
        }
        return responder.answerStream(message);
    }

    private void write(Socket client, byte[] answer) throws IOException {
        byte[] framed = ByteBuffer.allocate(Short.BYTES + answer.length)
                .putShort((short) answer.length)
                .put(answer)
                .array();
        Future<?> impatience = cutLater(client);
        try {
            client.getOutputStream().write(framed);
        } finally {
            impatience.cancel(false);
        }
    }

    /** Neither a slow stream of single octets nor a full window can hold out against a closed socket. */
    private Future<?> cutLater(Socket client) {
        return timer.schedule(() -> cut(client), patienceNanos, TimeUnit.NANOSECONDS);
    }

    private static void cut(Socket client) {
        try {
            client.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("A connection could not be closed", failed);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        open.forEach(TcpListener::cut);
        timer.shutdownNow();
    }
}
