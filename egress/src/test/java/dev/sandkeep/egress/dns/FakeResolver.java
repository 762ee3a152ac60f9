package dev.sandkeep.egress.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * A resolver on loopback, over UDP and TCP, that answers as it is told and remembers what it was asked. An answer is a
 * list of messages, so that it can also be silent, or send forgeries first. Thread-safe.
 */
final class FakeResolver implements AutoCloseable {

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Queue<byte[]> asked = new ConcurrentLinkedQueue<>();
    private final Queue<InetSocketAddress> askers = new ConcurrentLinkedQueue<>();
    private final Queue<InetSocketAddress> datagramAskers = new ConcurrentLinkedQueue<>();
    private volatile Function<byte[], List<byte[]>> overUdp;
    private volatile Function<byte[], List<byte[]>> overTcp;
    private volatile boolean closesAfterAnswer;

    /** Answers every query, over UDP and TCP alike. */
    FakeResolver(Function<byte[], byte[]> answer) throws IOException {
        overUdp = query -> List.of(answer.apply(query));
        overTcp = overUdp;
        Sockets sockets = Sockets.open();
        tcp = sockets.tcp();
        udp = sockets.udp();
        Thread.ofPlatform().daemon().start(this::answerDatagrams);
        Thread.ofVirtual().start(this::acceptConnections);
    }

    /** A socket of each kind at the same port. */
    private record Sockets(ServerSocket tcp, DatagramSocket udp) {

        private static final int TRIES = 50;

        static Sockets open() throws IOException {
            InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
            for (int tries = 0; tries < TRIES; tries++) {
                ServerSocket tcp = new ServerSocket(0, 50, loopback);
                try {
                    return new Sockets(tcp, new DatagramSocket(tcp.getLocalPort(), loopback));
                } catch (BindException taken) {
                    // Another test has the port for the other kind.
                    tcp.close();
                }
            }
            throw new BindException("No port was free for both kinds");
        }
    }

    /** Gives every name this address. */
    static FakeResolver withAddress(String address) throws IOException {
        return new FakeResolver(
                query -> Messages.answerTo(query, 1).address(address, 60).done());
    }

    void overUdp(Function<byte[], List<byte[]>> answers) {
        overUdp = answers;
    }

    void overTcp(Function<byte[], List<byte[]>> answers) {
        overTcp = answers;
    }

    /** As resolvers do with idle connections, only at once. */
    void closeConnectionsAfterEachAnswer() {
        closesAfterAnswer = true;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) udp.getLocalSocketAddress();
    }

    List<byte[]> asked() {
        return List.copyOf(asked);
    }

    void forget() {
        asked.clear();
        datagramAskers.clear();
    }

    /** Where the queries came from, over TCP. */
    List<InetSocketAddress> askersOverTcp() {
        return List.copyOf(askers);
    }

    /** The same over UDP. */
    List<InetSocketAddress> askersOverUdp() {
        return List.copyOf(datagramAskers);
    }

    private void answerDatagrams() {
        byte[] buffer = new byte[4096];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                byte[] query = Arrays.copyOf(buffer, packet.getLength());
                datagramAskers.add((InetSocketAddress) packet.getSocketAddress());
                asked.add(query);
                for (byte[] answer : overUdp.apply(query)) {
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException closed) {
            udp.close();
        }
    }

    private void acceptConnections() {
        try {
            while (true) {
                Socket client = tcp.accept();
                Thread.ofVirtual().start(() -> answerStream(client));
            }
        } catch (IOException closed) {
            udp.close();
        }
    }

    private void answerStream(Socket client) {
        try (client;
                DataInputStream in = new DataInputStream(client.getInputStream());
                DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
            askers.add((InetSocketAddress) client.getRemoteSocketAddress());
            do {
                byte[] query = in.readNBytes(in.readUnsignedShort());
                asked.add(query);
                for (byte[] answer : overTcp.apply(query)) {
                    out.writeShort(answer.length);
                    out.write(answer);
                }
            } while (!closesAfterAnswer);
        } catch (IOException gone) {
            // The client is gone, which ends the connection.
        }
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
