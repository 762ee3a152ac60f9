package dev.sandkeep.egress.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Optional;

/** Sends messages to a proxy and receives what it answers. */
final class DnsClient {

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int SILENCE_MILLIS = 300;

    private final InetSocketAddress proxy;

    DnsClient(String address, int port) {
        proxy = new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    Response overUdp(byte[] message) throws IOException {
        return overUdp(message, TIMEOUT_MILLIS).orElseThrow();
    }

    /** Nothing if there was no answer for a while. */
    Optional<Response> overUdpOrSilence(byte[] message) throws IOException {
        return overUdp(message, SILENCE_MILLIS);
    }

    private Optional<Response> overUdp(byte[] message, int timeoutMillis) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(timeoutMillis);
            socket.send(new DatagramPacket(message, message.length, proxy));
            DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
            socket.receive(answer);
            return Optional.of(new Response(Arrays.copyOf(answer.getData(), answer.getLength())));
        } catch (SocketTimeoutException silent) {
            return Optional.empty();
        }
    }

    Response overTcp(byte[] message) throws IOException {
        try (Socket socket = connect()) {
            send(socket, message);
            return receive(socket);
        }
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(proxy.getAddress(), proxy.getPort());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    static void send(Socket socket, byte[] message) throws IOException {
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeShort(message.length);
        out.write(message);
    }

    static Response receive(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] message = new byte[in.readUnsignedShort()];
        in.readFully(message);
        return new Response(message);
    }
}
