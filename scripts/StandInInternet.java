import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The servers of the small internet that scripts/stand-in-internet makes: DNS, HTTP and echoes at every address of the
 * namespace that it runs in.
 */
class StandInInternet {

    private static final String GOOD = "198.18.0.10";
    private static final String BAD = "198.18.0.11";
    private static final String GOOD_6 = "2001:2::10";
    private static final String BAD_6 = "2001:2::11";

    private static final List<String> RESOLVERS = List.of("198.18.0.53", "2001:2::53");
    private static final String OTHER_RESOLVER = "8.8.8.8";

    /** What the other resolver answers, so that everybody sees who answered. */
    private static final String ELSEWHERE = "198.18.0.66";

    private static final Map<String, List<String>> HOSTS = Map.of(
            "pypi.org", List.of(GOOD, GOOD_6),
            "good.example.com", List.of(GOOD, GOOD_6),
            "www.good.example.com", List.of(GOOD, GOOD_6),
            "bad.example.com", List.of(BAD, BAD_6),
            "meta.example.com", List.of("169.254.169.254"),
            "private.example.com", List.of("10.0.0.1"),
            "loop.example.com", List.of("127.0.0.1"));
    private static final Map<String, String> ALIASES =
            Map.of("alias.example.com", "chain.example.com", "chain.example.com", "bad.example.com");

    private static final int A = 1;
    private static final int CNAME = 5;
    private static final int AAAA = 28;
    private static final int TTL_SECONDS = 60;
    private static final int HEADER = 12;
    private static final int NAME_ERROR = 3;
    private static final int PACKET = 4096;

    /** What a server does with one connection. */
    private interface Conversation {
        void hold(Socket client) throws IOException;
    }

    /** What a server answers to one datagram; nothing if it does not answer. */
    private interface Responder {
        Optional<byte[]> answer(byte[] request);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        for (String resolver : RESOLVERS) {
            names(resolver, false);
        }
        names(OTHER_RESOLVER, true);
        tcp("::", 80, StandInInternet::http);
        for (int port : List.of(443, 853)) {
            tcp("::", port, client -> client.getInputStream().transferTo(client.getOutputStream()));
        }
        for (String host : List.of(GOOD, BAD, OTHER_RESOLVER, GOOD_6, BAD_6)) {
            for (int port : List.of(9, 443)) {
                udp(host, port, Optional::of);
            }
        }
        IO.println("ready");
        Thread.currentThread().join();
    }

    private static void names(String resolver, boolean misleading) throws IOException {
        udp(resolver, 53, query -> reply(query, misleading));
        tcp(resolver, 53, client -> namesOverTcp(client, misleading));
    }

    private static void tcp(String address, int port, Conversation conversation) throws IOException {
        Optional<InetAddress> local = present(address);
        if (local.isEmpty()) {
            return;
        }
        ServerSocket listener = new ServerSocket(port, 128, local.get());
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    Socket client = listener.accept();
                    Thread.ofVirtual().start(() -> hold(conversation, client));
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }
        });
    }

    private static void hold(Conversation conversation, Socket client) {
        try (client) {
            conversation.hold(client);
        } catch (IOException gone) {
            IO.println("a connection ended: " + gone.getMessage());
        }
    }

    /** A thread of its own per socket, since an answer must leave from the address that was asked. */
    private static void udp(String address, int port, Responder responder) throws IOException {
        Optional<InetAddress> local = present(address);
        if (local.isEmpty()) {
            return;
        }
        DatagramSocket socket = new DatagramSocket(port, local.get());
        Thread.ofVirtual().start(() -> {
            DatagramPacket packet = new DatagramPacket(new byte[PACKET], PACKET);
            while (true) {
                try {
                    packet.setLength(PACKET);
                    socket.receive(packet);
                    byte[] request = Arrays.copyOf(packet.getData(), packet.getLength());
                    Optional<byte[]> answer = responder.answer(request);
                    if (answer.isPresent()) {
                        socket.send(new DatagramPacket(answer.get(), answer.get().length, packet.getSocketAddress()));
                    }
                } catch (IOException failed) {
                    IO.println("a datagram was lost: " + failed.getMessage());
                }
            }
        });
    }

    /** The address, unless this machine has no IPv6; the wildcard then is the one of IPv4. */
    private static Optional<InetAddress> present(String address) throws IOException {
        InetAddress wanted = InetAddress.getByName(address);
        boolean ipv6 = Files.exists(Path.of("/proc/net/if_inet6"));
        if (ipv6 || !address.contains(":")) {
            return Optional.of(wanted);
        }
        return wanted.isAnyLocalAddress() ? Optional.of(InetAddress.getByName("0.0.0.0")) : Optional.empty();
    }

    private static void http(Socket client) throws IOException {
        byte[] head = new byte[PACKET];
        if (client.getInputStream().read(head) < 0) {
            return;
        }
        String body = "this is " + client.getLocalAddress().getHostAddress() + "\n";
        String answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
        client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    }

    private static void namesOverTcp(Socket client, boolean misleading) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        while (true) {
            int length = in.read();
            if (length < 0) {
                return;
            }
            Optional<byte[]> reply = reply(in.readNBytes(length << 8 | in.readUnsignedByte()), misleading);
            if (reply.isPresent()) {
                out.writeShort(reply.get().length);
                out.write(reply.get());
                out.flush();
            }
        }
    }

    /** The answer to a query of RFC 1035; none to what is not one. */
    private static Optional<byte[]> reply(byte[] query, boolean misleading) {
        List<String> labels = new ArrayList<>();
        int end = HEADER;
        while (end < query.length && query[end] > 0 && end + query[end] < query.length) {
            labels.add(new String(query, end + 1, query[end], StandardCharsets.ISO_8859_1));
            end += query[end] + 1;
        }
        end += 5;
        if (end > query.length) {
            return Optional.empty();
        }
        String name = String.join(".", labels).toLowerCase(Locale.ROOT);
        int type = ByteBuffer.wrap(query).getShort(end - 4);
        List<byte[]> answers = misleading ? List.of(address(name, ELSEWHERE)) : answers(name, type);
        boolean known = misleading || HOSTS.containsKey(name) || ALIASES.containsKey(name);
        ByteBuffer reply = ByteBuffer.allocate(PACKET).put(query, 0, end);
        reply.putShort(2, (short) (0x8180 | (known ? 0 : NAME_ERROR)));
        reply.putShort(4, (short) 1).putShort(6, (short) answers.size()).putInt(8, 0);
        answers.forEach(reply::put);
        return Optional.of(Arrays.copyOf(reply.array(), reply.position()));
    }

    private static List<byte[]> answers(String asked, int type) {
        List<byte[]> answers = new ArrayList<>();
        String name = asked;
        for (String next = ALIASES.get(name); next != null; next = ALIASES.get(name)) {
            answers.add(record(name, CNAME, wire(next)));
            name = next;
        }
        for (String host : HOSTS.getOrDefault(name, List.of())) {
            if (type == (host.contains(":") ? AAAA : A)) {
                answers.add(address(name, host));
            }
        }
        return answers;
    }

    private static byte[] address(String name, String host) {
        try {
            return record(name, host.contains(":") ? AAAA : A, InetAddress.getByName(host).getAddress());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static byte[] record(String name, int type, byte[] data) {
        byte[] owner = wire(name);
        return ByteBuffer.allocate(owner.length + 10 + data.length)
                .put(owner)
                .putShort((short) type)
                .putShort((short) 1)
                .putInt(TTL_SECONDS)
                .putShort((short) data.length)
                .put(data)
                .array();
    }

    private static byte[] wire(String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String label : name.split("\\.")) {
            bytes.write(label.length());
            bytes.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        bytes.write(0);
        return bytes.toByteArray();
    }
}
