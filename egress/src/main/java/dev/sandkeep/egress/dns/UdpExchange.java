package dev.sandkeep.egress.dns;

import dev.sandkeep.egress.filter.WorkerPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks resolvers over UDP, from a fixed set of ports. Thread-safe; one thread of its own reads all the sockets.
 *
 * <p>A socket asks all resolvers, so it is not connected to one. What connecting would have checked is checked here: an
 * answer counts only if it comes from the resolver asked, with the random id and the question of a query that waits on
 * that very socket. Everything else is ignored.
 */
final class UdpExchange implements AutoCloseable {

    /** A forger has to guess the socket, too. */
    private static final int SOCKETS = WorkerPorts.SOURCES;

    /** More than any resolver sends that heeds {@link Query#UPSTREAM_PAYLOAD}; what is longer is cut off, and malformed. */
    private static final int MAX_MESSAGE = 4096;

    private final List<Socket> sockets = new ArrayList<>();
    private final KernelRandom random;
    private final Selector selector;

    private UdpExchange(Selector selector, KernelRandom random) {
        this.selector = selector;
        this.random = random;
    }

    /**
     * Binds the sockets; they are held until {@link #close}.
     *
     * @param firstPort of one socket, and the others follow; 0 for any that are free
     */
    static UdpExchange open(KernelRandom random, int firstPort) throws IOException {
        UdpExchange exchange = new UdpExchange(Selector.open(), random);
        try {
            for (int i = 0; i < SOCKETS; i++) {
                exchange.bind(firstPort == 0 ? 0 : firstPort + i);
            }
        } catch (IOException failed) {
            exchange.close();
            throw failed;
        }
        Thread.ofPlatform().name("dns-upstream").daemon().start(exchange::readForEver);
        return exchange;
    }

    private void bind(int port) throws IOException {
        Socket socket = new Socket(DatagramChannel.open());
        sockets.add(socket);
        socket.channel
                .bind(new InetSocketAddress(port))
                .configureBlocking(false)
                .register(selector, SelectionKey.OP_READ, socket);
    }

    /**
     * Sends a query and waits for its answer.
     *
     * @return a message that {@link Reply#answers} the query, not read any further
     * @throws IOException if it could not be sent, or there was no answer in time
     */
    byte[] ask(InetSocketAddress resolver, Query query, long timeoutNanos) throws IOException, InterruptedException {
        Socket socket = sockets.get(random.u16() % SOCKETS);
        Waiting waiting = new Waiting(resolver, query);
        int id = socket.register(waiting);
        try {
            socket.channel.send(ByteBuffer.wrap(query.forUpstream(id)), resolver);
            return waiting.answer.get(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (UnsupportedAddressTypeException otherVersion) {
            throw new IOException("This host has no IPv6", otherVersion);
        } catch (TimeoutException silent) {
            throw new IOException("The resolver did not answer in time", silent);
        } catch (ExecutionException failed) {
            throw new IOException("The upstream socket failed", failed);
        } finally {
            socket.waiting.remove(id);
        }
    }

    private void readForEver() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_MESSAGE);
        try {
            while (selector.isOpen()) {
                selector.select(key -> ((Socket) key.attachment()).readAll(buffer));
            }
        } catch (ClosedSelectorException closed) {
            // As it ends.
        } catch (IOException failed) {
            throw new UncheckedIOException("The upstream sockets cannot be read any more", failed);
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        for (Socket socket : sockets) {
            socket.channel.close();
            socket.fail(new ClosedChannelException());
        }
    }

    private record Waiting(InetSocketAddress resolver, Query query, CompletableFuture<byte[]> answer) {
        Waiting(InetSocketAddress resolver, Query query) {
            this(resolver, query, new CompletableFuture<>());
        }
    }

    private final class Socket {

        private final DatagramChannel channel;
        private final Map<Integer, Waiting> waiting = new ConcurrentHashMap<>();

        Socket(DatagramChannel channel) {
            this.channel = channel;
        }

        /** An id that no other query waits for on this socket; there are far fewer queries than ids. */
        int register(Waiting query) throws IOException {
            int id;
            do {
                id = random.u16();
            } while (waiting.putIfAbsent(id, query) != null);
            return id;
        }

        void readAll(ByteBuffer buffer) {
            try {
                while (channel.receive(buffer.clear()) instanceof InetSocketAddress from) {
                    byte[] message = new byte[buffer.flip().remaining()];
                    buffer.get(message);
                    deliver(message, from);
                }
            } catch (IOException failed) {
                fail(failed);
            }
        }

        void fail(IOException cause) {
            waiting.values().forEach(query -> query.answer.completeExceptionally(cause));
        }

        private void deliver(byte[] message, InetSocketAddress from) {
            if (message.length < Header.LENGTH) {
                return;
            }
            int id = (message[0] & 0xFF) << 8 | (message[1] & 0xFF);
            Waiting asked = waiting.get(id);
            if (asked != null && asked.resolver.equals(from) && Reply.answers(message, id, asked.query)) {
                asked.answer.complete(message);
            }
        }
    }
}
