package dev.sandkeep.adapters.http.exec;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.json.Json;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A client of a terminal that notes all that it is told. */
final class TerminalClientSocket implements WebSocket.Listener, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final ByteArrayOutputStream replayed = new ByteArrayOutputStream();
    private final List<JsonNode> messages = new ArrayList<>();
    private final List<Byte> kinds = new ArrayList<>();
    private long replayOffset = -1;
    private int closeCode = -1;
    private String closeReason = "";
    private final boolean reads;
    private final WebSocket socket;

    private TerminalClientSocket(ExecClient client, String rest, boolean reads) {
        this.reads = reads;
        socket = http.newWebSocketBuilder()
                .header(SandboxTokens.ACCESS_HEADER, TestServer.TOKENS.access(client.id))
                .buildAsync(URI.create("ws://127.0.0.1:" + client.server.port() + client.path(rest)), this)
                .join();
    }

    /** @throws java.util.concurrent.CompletionException if it is refused */
    static TerminalClientSocket open(ExecClient client, String id, String query) {
        return new TerminalClientSocket(client, "/pty/" + id + "/ws" + query, true);
    }

    /** One that takes nothing until {@link #readOn}. */
    static TerminalClientSocket openLazy(ExecClient client, String id, String query) {
        return new TerminalClientSocket(client, "/pty/" + id + "/ws" + query, false);
    }

    void readOn() {
        socket.request(Long.MAX_VALUE);
    }

    @Override
    public void onOpen(WebSocket opened) {
        if (reads) {
            opened.request(Long.MAX_VALUE);
        }
    }

    @Override
    public synchronized @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        binary.writeBytes(bytes);
        if (last) {
            ByteBuffer frame = ByteBuffer.wrap(binary.toByteArray());
            binary.reset();
            byte kind = frame.get();
            kinds.add(kind);
            if (kind == TerminalFrame.REPLAY) {
                replayOffset = frame.getLong();
            }
            byte[] rest = new byte[frame.remaining()];
            frame.get(rest);
            switch (kind) {
                case TerminalFrame.STDOUT -> stdout.writeBytes(rest);
                case TerminalFrame.STDERR -> stderr.writeBytes(rest);
                default -> replayed.writeBytes(rest);
            }
        }
        return null;
    }

    @Override
    public synchronized @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            messages.add(Json.parse(text.toString().getBytes(StandardCharsets.UTF_8)));
            text.setLength(0);
        }
        return null;
    }

    @Override
    public synchronized @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closeCode = code;
        closeReason = reason;
        return null;
    }

    /** Types it, as a binary message. */
    void type(String input) {
        byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(1 + bytes.length)
                .put(TerminalFrame.INPUT)
                .put(bytes)
                .flip();
        var _ = socket.sendBinary(frame, true).join();
    }

    void say(Map<String, ?> message) {
        sayRaw(new String(Json.write(message), StandardCharsets.UTF_8));
    }

    void sayRaw(String message) {
        var _ = socket.sendText(message, true).join();
    }

    void sendBinary(byte[] bytes) {
        var _ = socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    synchronized String out() {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    synchronized String err() {
        return stderr.toString(StandardCharsets.UTF_8);
    }

    synchronized String replay() {
        return replayed.toString(StandardCharsets.UTF_8);
    }

    synchronized long replayOffset() {
        return replayOffset;
    }

    synchronized List<Byte> kinds() {
        return List.copyOf(kinds);
    }

    synchronized int closeCode() {
        return closeCode;
    }

    synchronized String closeReason() {
        return closeReason;
    }

    /** The first text message of this type, after waiting for it. */
    JsonNode message(String type) {
        return await().atMost(PATIENCE).until(() -> find(type), found -> found != null);
    }

    private synchronized @Nullable JsonNode find(String type) {
        return messages.stream()
                .filter(message -> message.path("type").asText().equals(type))
                .findFirst()
                .orElse(null);
    }

    void awaitOut(String wanted) {
        await().atMost(PATIENCE).until(this::out, seen -> seen.contains(wanted));
    }

    void awaitClose(int code) {
        await().atMost(PATIENCE).until(this::closeCode, seen -> seen == code);
    }

    /** Goes away as a client does that is cut off. */
    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
