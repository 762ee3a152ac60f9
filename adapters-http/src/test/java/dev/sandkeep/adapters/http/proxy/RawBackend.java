package dev.sandkeep.adapters.http.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service in a sandbox that sees every byte of a request and says every byte of its answer. */
final class RawBackend implements AutoCloseable {

    /** What it does with one connection. */
    @FunctionalInterface
    interface Conversation {
        void hold(Socket socket) throws IOException;
    }

    private final ServerSocket listener;
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private volatile Answer answer = new Answer("", List.of());
    private volatile Conversation conversation = socket -> {};

    RawBackend() {
        try {
            listener = new ServerSocket(0, 2048, InetAddress.getLoopbackAddress());
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                connections.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            conversation.hold(socket);
        } catch (IOException gone) {
            // The other side sees that, too.
        }
    }

    /** From now on, every connection is held like this, and closed afterwards. */
    void hold(Conversation newConversation) {
        conversation = newConversation;
    }

    /** From now on, every request is answered with these bytes. Returns where the requests are noted as they came. */
    List<String> answer(String newResponse) {
        List<String> noted = new CopyOnWriteArrayList<>();
        answer = new Answer(newResponse, noted);
        hold(this::answerOne);
        return noted;
    }

    private record Answer(String response, List<String> requests) {}

    /** A connection may have been made before the answer was changed, so that is looked up late. */
    private void answerOne(Socket socket) throws IOException {
        String request = readRequest(socket.getInputStream());
        if (request.isEmpty()) {
            // A connection that was made and not needed.
            return;
        }
        Answer now = answer;
        now.requests().add(request);
        socket.getOutputStream().write(now.response().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** One request with its body, as far as its head says how long that is. */
    static String readRequest(InputStream in) throws IOException {
        String head = readHead(in);
        String lower = head.toLowerCase(java.util.Locale.ROOT);
        if (lower.contains("transfer-encoding: chunked")) {
            return head + readUntil(in, "\r\n0\r\n", "0\r\n") + readUntil(in, "\r\n\r\n", "\r\n");
        }
        int length = lower.contains("content-length: ")
                ? Integer.parseInt(lower.split("content-length: ", 2)[1].split("\r\n", 2)[0])
                : 0;
        return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    /** The first line and the headers, with the empty line at their end. */
    static String readHead(InputStream in) throws IOException {
        return readUntil(in, "\r\n\r\n", "\r\n\r\n");
    }

    /** Everything up to these characters, or until these are all there is. */
    private static String readUntil(InputStream in, String end, String all) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (true) {
            String text = read.toString(StandardCharsets.ISO_8859_1);
            if (text.endsWith(end) || text.equals(all)) {
                return text;
            }
            int next = in.read();
            if (next < 0) {
                return text;
            }
            read.write(next);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many connections were made to it so far. */
    int connections() {
        return connections.size();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : connections) {
                socket.close();
            }
        } catch (IOException alreadyClosed) {
            throw new UncheckedIOException(alreadyClosed);
        }
    }
}
