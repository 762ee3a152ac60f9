package dev.sandkeep.egress.dns;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/**
 * Asks one resolver over TCP, one query at a time, from one fixed address and port, by which the packet filter knows it.
 * Not thread-safe, save for {@link #close}.
 *
 * <p>The connection is kept for the next query. When a new one is needed, the old socket is closed with a reset
 * (SO_LINGER 0): this leaves no TIME_WAIT behind on either side, so that the same four-tuple can be used at once.
 */
final class TcpLane implements AutoCloseable {

    private final InetSocketAddress local;
    private final InetSocketAddress resolver;
    private final KernelRandom random;
    private volatile Socket socket;
    private volatile boolean closed;

    /** @param source whose port is 0 for any that is free */
    TcpLane(InetSocketAddress source, InetSocketAddress resolver, KernelRandom random) throws IOException {
        this.resolver = resolver;
        this.random = random;
        this.socket = bound(source);
        this.local = new InetSocketAddress(source.getAddress(), socket.getLocalPort());
    }

    /**
     * Sends a query and waits for its answer.
     *
     * @param deadline by {@link System#nanoTime}
     * @return a message that {@link Reply#answers} the query, not read any further
     * @throws IOException if there is none before the deadline
     */
    byte[] ask(Query query, long deadline) throws IOException {
        if (socket.isConnected()) {
            try {
                return askConnected(query, deadline);
            } catch (SocketTimeoutException silent) {
                renew();
                throw silent;
            } catch (IOException closedMeanwhile) {
                // Resolvers close connections that idle, which is no reason to fail.
                renew();
            }
        }
        try {
            socket.connect(resolver, remaining(deadline));
            return askConnected(query, deadline);
        } catch (IOException failed) {
            renew();
            throw failed;
        }
    }

    private byte[] askConnected(Query query, long deadline) throws IOException {
        int id = random.u16();
        byte[] message = query.forUpstream(id);
        byte[] framed = ByteBuffer.allocate(Short.BYTES + message.length)
                .putShort((short) message.length)
                .put(message)
                .array();
        socket.getOutputStream().write(framed);
        while (true) {
            byte[] answer = read(deadline);
            if (Reply.answers(answer, id, query)) {
                return answer;
            }
        }
    }

    private byte[] read(long deadline) throws IOException {
        DataInputStream in = new DataInputStream(new DeadlineInput(socket, deadline));
        byte[] message = new byte[in.readUnsignedShort()];
        in.readFully(message);
        return message;
    }

    private void renew() throws IOException {
        reset();
        if (closed) {
            throw new ClosedChannelException();
        }
        socket = bound(local);
    }

    private static Socket bound(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            // The lanes to other resolvers have the same port.
            socket.setReuseAddress(true);
            socket.bind(address);
            return socket;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        reset();
    }

    private void reset() throws IOException {
        if (!socket.isClosed()) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    static int remaining(long deadline) throws SocketTimeoutException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("The resolver did not answer in time");
        }
        return (int) millis;
    }
}
