package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The hosts that Pods of a cluster on this machine take for the internet: addresses of its loopback device, two web
 * servers and a resolver that knows their names. Needs root.
 */
final class HostInternet implements AutoCloseable {

    static final String NETWORK = "198.19.77.";
    static final String RESOLVER = NETWORK + "53";
    static final String GOOD = NETWORK + "10";
    static final String BAD = NETWORK + "11";

    private static final Map<String, String> NAMES =
            Map.of("pypi.org", GOOD, "good.example.com", GOOD, "bad.example.com", BAD);
    private static final int HEADER = 12;
    private static final int NAME_ERROR = 3;

    private final List<HttpServer> hosts = new ArrayList<>();
    private final DatagramSocket resolver;

    HostInternet() throws IOException {
        for (String address : List.of(RESOLVER, GOOD, BAD)) {
            ip("add", address);
        }
        for (String address : List.of(GOOD, BAD)) {
            HttpServer host = HttpServer.create(new InetSocketAddress(address, 80), 0);
            byte[] body = ("this is " + address).getBytes(StandardCharsets.US_ASCII);
            host.createContext("/", exchange -> {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            host.start();
            hosts.add(host);
        }
        resolver = new DatagramSocket(new InetSocketAddress(RESOLVER, 53));
        Thread.ofVirtual().name("resolver").start(this::resolve);
    }

    private static void ip(String action, String address) throws IOException {
        Process process = new ProcessBuilder("ip", "address", action, address + "/32", "dev", "lo")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.onExit().join().exitValue())
                .as("ip address %s, which needs root: %s", action, output)
                .isZero();
    }

    private void resolve() {
        byte[] buffer = new byte[1500];
        try {
            while (true) {
                DatagramPacket query = new DatagramPacket(buffer, buffer.length);
                resolver.receive(query);
                byte[] answer = answer(Arrays.copyOf(buffer, query.getLength()));
                resolver.send(new DatagramPacket(answer, answer.length, query.getSocketAddress()));
            }
        } catch (IOException failed) {
            if (!resolver.isClosed()) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /** The question once more, and one address if there is any (RFC 1035). */
    private static byte[] answer(byte[] message) {
        ByteBuffer query = ByteBuffer.wrap(message);
        short id = query.getShort(0);
        query.position(HEADER);
        List<String> labels = new ArrayList<>();
        for (int length = query.get(); length > 0; length = query.get()) {
            byte[] label = new byte[length];
            query.get(label);
            labels.add(new String(label, StandardCharsets.US_ASCII));
        }
        short type = query.getShort();
        query.getShort();
        int end = query.position();
        String address = NAMES.get(String.join(".", labels).toLowerCase(Locale.ROOT));
        boolean found = address != null && type == 1;
        ByteBuffer answer = ByteBuffer.allocate(512);
        answer.putShort(id)
                .putShort((short) (0x8180 | (address == null ? NAME_ERROR : 0)))
                .putShort((short) 1)
                .putShort((short) (found ? 1 : 0))
                .putInt(0)
                .put(message, HEADER, end - HEADER);
        if (found) {
            answer.putShort((short) 0xC00C)
                    .putShort((short) 1)
                    .putShort((short) 1)
                    .putInt(60)
                    .putShort((short) 4)
                    .put(InetAddress.ofLiteral(address).getAddress());
        }
        byte[] bytes = new byte[answer.position()];
        answer.flip().get(bytes);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        resolver.close();
        hosts.forEach(host -> host.stop(0));
        for (String address : List.of(RESOLVER, GOOD, BAD)) {
            ip("delete", address);
        }
    }
}
