package dev.sandkeep.adapters.docker;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A connection that becomes the input and output of a program. Made by hand, since docker-java hands its output over
 * faster than anybody may be able to take it, and takes longer for the two calls than the engine does. Once it is the
 * program's, one thread may read, and another one write; closing ends both.
 */
final class ExecConnection implements AutoCloseable {

    /** What the engine said instead of giving the connection over. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    private static final int MAX_HEAD = 16 * 1024;
    private static final int DEFAULT_PORT = 2375;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})[^\\r\\n]*\\r\\n");
    private static final Pattern LENGTH =
            Pattern.compile("\\r\\ncontent-length: *(\\d{1,9})\\r\\n", Pattern.CASE_INSENSITIVE);
    private static final int MAX_ANSWER = 64 * 1024;
    private static final int CREATED = 201;
    private static final int SWITCHED = 101;
    private static final int OK = 200;

    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(32 * 1024).flip();

    private final String host;
    private final String api;

    private ExecConnection(SocketChannel channel, URI engine, String api) {
        this.channel = channel;
        this.host = engine.getHost() == null ? "docker" : engine.getAuthority();
        this.api = "/v" + api;
    }

    /**
     * Connects, for one program.
     *
     * @param api the version of the API, as it is written in a path
     */
    static ExecConnection open(URI engine, String api) throws IOException {
        SocketChannel channel = SocketChannel.open(addressOf(engine));
        return new ExecConnection(channel, engine, api);
    }

    private static SocketAddress addressOf(URI engine) {
        return "unix".equals(engine.getScheme())
                ? UnixDomainSocketAddress.of(engine.getPath())
                : new InetSocketAddress(engine.getHost(), engine.getPort() < 0 ? DEFAULT_PORT : engine.getPort());
    }

    /**
     * Tells the engine of a program. Comes before the start.
     *
     * @param program as the engine's API has it, JSON
     * @return the engine's answer, JSON
     * @throws Refused if it answered something else
     */
    byte[] create(String container, byte[] program) throws IOException {
        post("/containers/" + container + "/exec", "", program);
        Answer answer = readAnswer();
        byte[] body = answer.length() < 0 ? readSome(MAX_ANSWER) : read(Math.min(answer.length(), MAX_ANSWER));
        if (answer.status() != CREATED) {
            throw new Refused(answer.status(), new String(body, StandardCharsets.UTF_8));
        }
        return body;
    }

    /**
     * Starts a program that the engine was told of; returns when the connection is the program's.
     *
     * @param terminal whether it has one; its output comes as it is then, else in frames
     * @throws Refused if the engine answered something else
     */
    void start(String exec, boolean terminal) throws IOException {
        byte[] how = ("{\"Detach\":false,\"Tty\":" + terminal + "}").getBytes(StandardCharsets.US_ASCII);
        post("/exec/" + exec + "/start", "Connection: Upgrade\r\nUpgrade: tcp\r\n", how);
        Answer answer = readAnswer();
        if (answer.status() != SWITCHED && answer.status() != OK) {
            // All there is of it at once; a message need not be whole.
            throw new Refused(answer.status(), new String(readSome(MAX_ANSWER), StandardCharsets.UTF_8));
        }
    }

    private void post(String path, String headers, byte[] body) throws IOException {
        byte[] head = ("POST " + api + path + " HTTP/1.1\r\nHost: " + host
                        + "\r\nContent-Type: application/json\r\n" + headers + "Content-Length: " + body.length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        write(ByteBuffer.allocate(head.length + body.length).put(head).put(body).flip());
    }

    /** @param length of the body, -1 if it is not told */
    private record Answer(int status, int length) {}

    private Answer readAnswer() throws IOException {
        String head = readHead();
        Matcher status = STATUS.matcher(head);
        if (!status.lookingAt()) {
            throw new ProtocolException("The engine did not answer with HTTP");
        }
        Matcher length = LENGTH.matcher(head);
        return new Answer(Integer.parseInt(status.group(1)), length.find() ? Integer.parseInt(length.group(1)) : -1);
    }

    private String readHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            if (head.size() >= MAX_HEAD || !fill()) {
                throw new ProtocolException("The engine's answer has no end of its headers");
            }
            byte next = buffer.get();
            head.write(next);
            matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    /** Whether there is anything to read, after waiting for it. */
    private boolean fill() throws IOException {
        if (buffer.hasRemaining()) {
            return true;
        }
        buffer.clear();
        int read = channel.read(buffer);
        buffer.flip();
        return read > 0;
    }

    /** Some bytes, as many as there are but no more than that, after waiting for the first; none at the end. */
    byte[] readSome(int most) throws IOException {
        if (!fill()) {
            return new byte[0];
        }
        byte[] bytes = new byte[Math.min(most, buffer.remaining())];
        buffer.get(bytes);
        return bytes;
    }

    /** The next byte, or -1 at the end. */
    int read() throws IOException {
        return fill() ? buffer.get() & 0xFF : -1;
    }

    /**
     * Exactly so many bytes.
     *
     * @throws EOFException if the end comes first
     */
    byte[] read(int length) throws IOException {
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            if (!fill()) {
                throw new EOFException("The connection ended within a frame");
            }
            int part = Math.min(length - done, buffer.remaining());
            buffer.get(bytes, done, part);
            done += part;
        }
        return bytes;
    }

    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException alreadyBroken) {
            // Nobody can do anything about it, and whoever reads or writes is told.
            assert !channel.isOpen();
        }
    }
}
