package dev.sandkeep.egress.filter;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Runs in a namespace of its own process: takes one command per line and answers with one line. */
final class NamespaceAgent {

    private static final int PATIENCE_MILLIS = 3000;

    private final Map<String, Socket> held = new HashMap<>();

    public static void main(String[] arguments) throws IOException {
        NamespaceAgent agent = new NamespaceAgent();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            System.out.println(agent.answer(line.split(" ", -1)));
        }
    }

    private String answer(String[] words) {
        long started = System.nanoTime();
        String answer;
        try {
            answer = execute(words);
        } catch (IOException failed) {
            answer = "failed " + failed.getMessage();
        }
        return answer + " after " + (System.nanoTime() - started) / 1_000_000 + " ms";
    }

    private String execute(String[] words) throws IOException {
        InetAddress address = InetAddress.ofLiteral(words[1]);
        int port = Integer.parseInt(words[2]);
        return switch (words[0]) {
            case "serve" -> serve(new InetSocketAddress(address, port));
            case "tcp" -> {
                try (Socket socket = connect(null, address, port)) {
                    yield echo(socket);
                }
            }
            case "tcp-from" -> {
                try (Socket socket = connect(InetAddress.ofLiteral(words[3]), address, port)) {
                    yield echo(socket);
                }
            }
            case "udp" -> udp(address, port);
            case "ping" -> address.isReachable(PATIENCE_MILLIS) ? "open" : "failed";
            case "hold" -> {
                held.put(words[1], connect(null, address, port));
                yield echo(held.get(words[1]));
            }
            case "serve-dns" -> serveDns(new InetSocketAddress(address, port));
            case "lookup" -> lookUp(address, port, words[3]);
            case "http" -> http("http://" + words[1] + ":" + port + words[4], words[3], words[5], words[6]);
            case "talk" -> echo(held.get(words[1]));
            default -> throw new IOException("unknown command");
        };
    }

    private static Socket connect(InetAddress from, InetAddress to, int port) throws IOException {
        Socket socket = new Socket();
        try {
            if (from != null) {
                socket.bind(new InetSocketAddress(from, 0));
            }
            socket.connect(new InetSocketAddress(to, port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return socket;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    private static String echo(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        return socket.getInputStream().read() == 'x' ? "open" : "failed closed by peer";
    }

    private static String udp(InetAddress address, int port) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(address, port));
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.send(new DatagramPacket(new byte[] {'x'}, 1));
            socket.receive(new DatagramPacket(new byte[1], 1));
            return "open";
        }
    }

    private static String serve(InetSocketAddress at) throws IOException {
        ServerSocket tcp = new ServerSocket(at.getPort(), 50, at.getAddress());
        DatagramSocket udp = new DatagramSocket(at);
        daemon(() -> {
            while (true) {
                Socket socket = tcp.accept();
                daemon(() -> socket.getInputStream().transferTo(socket.getOutputStream()));
            }
        });
        daemon(() -> {
            DatagramPacket packet = new DatagramPacket(new byte[512], 512);
            while (true) {
                udp.receive(packet);
                udp.send(packet);
            }
        });
        return "ok";
    }

    /** Answers every question with an IPv4 address written in its name: {@code a-198-18-0-1.test}. */
    private static String serveDns(InetSocketAddress at) throws IOException {
        DatagramSocket socket = new DatagramSocket(at);
        daemon(() -> {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[512], 512);
                socket.receive(packet);
                packet.setData(answer(Arrays.copyOf(packet.getData(), packet.getLength())));
                socket.send(packet);
            }
        });
        return "ok";
    }

    private static byte[] answer(byte[] query) throws IOException {
        String label = new String(query, 13, query[12], StandardCharsets.US_ASCII);
        int end = 12;
        while (query[end] != 0) {
            end += query[end] + 1;
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.write(query, 0, 2);
        answer.write(new byte[] {(byte) 0x81, (byte) 0x80, 0, 1, 0, 1, 0, 0, 0, 0});
        answer.write(query, 12, end + 5 - 12);
        answer.write(new byte[] {(byte) 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4});
        answer.write(InetAddress.ofLiteral(label.substring(2).replace('-', '.')).getAddress());
        return answer.toByteArray();
    }

    private static String lookUp(InetAddress resolver, int port, String name) throws IOException {
        ByteArrayOutputStream query = new ByteArrayOutputStream();
        query.write(new byte[] {7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (String label : name.split("\\.", -1)) {
            query.write(label.length());
            query.write(label.getBytes(StandardCharsets.US_ASCII));
        }
        query.write(new byte[] {0, 0, 1, 0, 1});
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(resolver, port));
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.send(new DatagramPacket(query.toByteArray(), query.size()));
            DatagramPacket answer = new DatagramPacket(new byte[512], 512);
            socket.receive(answer);
            return "rcode " + (answer.getData()[3] & 0xF);
        }
    }

    private static String http(String url, String method, String key, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("OPENSANDBOX-EGRESS-AUTH", key)
                .timeout(Duration.ofMillis(PATIENCE_MILLIS))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body().strip();
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                work.run();
            } catch (IOException ended) {
                System.err.println(ended.getMessage());
            }
        });
    }
}
