package dev.sandkeep.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The engine's API with nothing in between: HTTP/1.1 over one unix socket connection that is kept open. Not thread-safe;
 * one per worker.
 */
final class RawEngine implements AutoCloseable {

    private final SocketChannel channel;
    private final InputStream answers;

    RawEngine(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        answers = new BufferedInputStream(Channels.newInputStream(channel));
    }

    /** The body of the answer; an answer that is no success is an exception. */
    String send(String method, String path, String body) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head =
                method + " " + path + " HTTP/1.1\r\nHost: engine\r\nContent-Type: application/json\r\nContent-Length: "
                        + content.length + "\r\n\r\n";
        ByteBuffer request = ByteBuffer.wrap((head + body).getBytes(StandardCharsets.UTF_8));
        while (request.hasRemaining()) {
            channel.write(request);
        }
        String status = line();
        int length = -1;
        boolean chunked = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
            chunked |= lower.equals("transfer-encoding: chunked");
        }
        String answer =
                chunked ? chunks() : new String(answers.readNBytes(Math.max(0, length)), StandardCharsets.UTF_8);
        if (!status.startsWith("HTTP/1.1 2")) {
            throw new IOException(method + " " + path + ": " + status + " " + answer);
        }
        return answer;
    }

    /** Everything that comes until the engine closes the connection, which is of no use after that. */
    byte[] stream(String path, String body) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        ByteBuffer request = ByteBuffer.wrap(("POST " + path
                        + " HTTP/1.1\r\nHost: engine\r\nContent-Type: application/json\r\nContent-Length: "
                        + content.length + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8));
        while (request.hasRemaining()) {
            channel.write(request);
        }
        String status = line();
        for (String header = line(); !header.isEmpty(); header = line()) {
            // Nothing in them matters.
        }
        byte[] all = answers.readAllBytes();
        if (!status.startsWith("HTTP/1.1 2")) {
            throw new IOException("POST " + path + ": " + status + " " + new String(all, StandardCharsets.UTF_8));
        }
        return all;
    }

    private String chunks() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            text.append(new String(answers.readNBytes(size), StandardCharsets.UTF_8));
            line();
        }
        line();
        return text.toString();
    }

    private String line() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int next = answers.read(); next != '\n'; next = answers.read()) {
            if (next < 0) {
                throw new IOException("The engine closed the connection");
            }
            if (next != '\r') {
                text.append((char) next);
            }
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
