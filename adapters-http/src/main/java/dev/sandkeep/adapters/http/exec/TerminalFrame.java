package dev.sandkeep.adapters.http.exec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.application.terminal.TerminalSignal;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import dev.sandkeep.domain.exec.TerminalSize;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problems;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the client of a terminal sends in one message; and the forms of what it is sent. */
sealed interface TerminalFrame {

    byte INPUT = 0;
    byte STDOUT = 1;
    byte STDERR = 2;
    byte REPLAY = 3;

    /** It types something. */
    @SuppressWarnings("ArrayRecordComponent")
    record Input(byte[] bytes) implements TerminalFrame {}

    /**
     * It wants a signal to be sent.
     *
     * @param signal null for one that is not known, and ignored
     */
    record Signal(@Nullable TerminalSignal signal) implements TerminalFrame {}

    record Resize(TerminalSize size) implements TerminalFrame {}

    record Ping() implements TerminalFrame {}

    /**
     * Reads a binary message.
     *
     * @throws InvalidValue if it is none that is known
     */
    static TerminalFrame ofBinary(ByteBuffer message) {
        if (!message.hasRemaining() || message.get() != INPUT) {
            throw new InvalidValue("frame", "a binary one must begin with a zero byte, which the input comes behind");
        }
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        return new Input(bytes);
    }

    /**
     * Reads a text message.
     *
     * @throws RuntimeException if it is none that is known
     */
    static TerminalFrame ofText(String text) {
        Problems problems = new Problems();
        JsonNode node = Json.parse(text.getBytes(StandardCharsets.UTF_8));
        JsonObject frame = JsonObject.root(node, problems);
        String type = frame.text("type");
        TerminalFrame read = type == null
                ? null
                : switch (type) {
                    case "stdin" -> new Input(node.path("data").asText("").getBytes(StandardCharsets.UTF_8));
                    case "signal" -> new Signal(signal(Objects.requireNonNullElse(frame.text("signal"), "")));
                    case "resize" ->
                        new Resize(
                                new TerminalSize(number(frame.wholeNumber("cols")), number(frame.wholeNumber("rows"))));
                    case "ping" -> new Ping();
                    default -> null;
                };
        problems.throwIfAny();
        if (read == null) {
            throw new InvalidValue("type", "must be stdin, signal, resize or ping");
        }
        return read;
    }

    private static int number(@Nullable Long number) {
        return number == null ? 0 : (int) Math.clamp(number, 0L, Integer.MAX_VALUE);
    }

    private static @Nullable TerminalSignal signal(String name) {
        return Arrays.stream(TerminalSignal.values())
                .filter(signal -> name.equals("SIG" + signal))
                .findFirst()
                .orElse(null);
    }

    /** What the programs at the terminal wrote. */
    static ByteBuffer output(Channel channel, byte[] bytes) {
        return ByteBuffer.allocate(1 + bytes.length)
                .put(channel == Channel.STDERR ? STDERR : STDOUT)
                .put(bytes)
                .flip();
    }

    /** What they wrote before, from an offset on. */
    static ByteBuffer replay(long offset, byte[] bytes) {
        return ByteBuffer.allocate(1 + Long.BYTES + bytes.length)
                .put(REPLAY)
                .putLong(offset)
                .put(bytes)
                .flip();
    }
}
