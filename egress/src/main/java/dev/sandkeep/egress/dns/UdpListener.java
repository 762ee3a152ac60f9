package dev.sandkeep.egress.dns;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Answers datagrams on one address. Thread-safe; one thread of its own reads, each query has a virtual one. */
final class UdpListener implements Closeable {

    private final DatagramChannel channel;
    private final Responder responder;
    private final Semaphore places;

    private UdpListener(DatagramChannel channel, Responder responder, Semaphore places) {
        this.channel = channel;
        this.responder = responder;
        this.places = places;
    }

    static UdpListener start(InetSocketAddress address, Responder responder, Semaphore places) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.bind(address);
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
        UdpListener listener = new UdpListener(channel, responder, places);
        Thread.ofPlatform().name("dns-udp").daemon().start(listener::readForEver);
        return listener;
    }

    int port() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    private void readForEver() {
        // One octet more than a query may have, so that a longer one is seen to be too long.
        ByteBuffer buffer = ByteBuffer.allocateDirect(Query.MAX_LENGTH + 1);
        try {
            while (true) {
                SocketAddress client = channel.receive(buffer.clear());
                byte[] message = new byte[buffer.flip().remaining()];
                buffer.get(message);
                if (places.tryAcquire()) {
                    Thread.ofVirtual().start(() -> answer(message, client));
                } else {
                    send(Responder.overloaded(message), client);
                }
            }
        } catch (ClosedChannelException closed) {
            // As it ends.
        } catch (IOException failed) {
            throw new UncheckedIOException("Datagrams cannot be received any more", failed);
        }
    }

    private void answer(byte[] message, SocketAddress client) {
        try {
            send(responder.answerDatagram(message), client);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    private void send(Optional<byte[]> answer, SocketAddress client) {
        try {
            if (answer.isPresent()) {
                channel.send(ByteBuffer.wrap(answer.get()), client);
            }
        } catch (IOException lost) {
            // A datagram may get lost; the client asks again.
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
