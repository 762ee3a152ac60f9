package dev.sandkeep.application.code;

import dev.sandkeep.application.exec.ShellStep;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;

/**
 * Gathers what is written within a moment, so that a line is told as one piece though an interpreter writes it in several.
 * Not thread-safe.
 */
final class OutputPieces {

    /** After so long without more, a piece is told. */
    static final Duration PAUSE = Duration.ofMillis(5);

    private static final Duration LONGEST = Duration.ofMillis(50);
    private static final int LARGEST = 64 * 1024;

    /** Takes a piece. */
    interface Sink {
        void written(Channel channel, byte[] bytes, int offset, int length);
    }

    private final Sink sink;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private Channel channel = Channel.STDOUT;
    private Instant begin = Instant.EPOCH;

    OutputPieces(Sink sink) {
        this.sink = sink;
    }

    boolean isEmpty() {
        return gathered.size() == 0;
    }

    void add(ShellStep.Data data, Instant now) {
        if (data.channel() != channel) {
            flush();
            channel = data.channel();
        }
        if (isEmpty()) {
            begin = now;
        }
        gathered.write(data.bytes(), data.offset(), data.length());
        if (gathered.size() >= LARGEST || now.isAfter(begin.plus(LONGEST))) {
            flush();
        }
    }

    /** Tells what there is. */
    void flush() {
        if (!isEmpty()) {
            byte[] piece = gathered.toByteArray();
            gathered.reset();
            sink.written(channel, piece, 0, piece.length);
        }
    }
}
