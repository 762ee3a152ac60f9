package dev.sandkeep.adapters.k8s;

import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** The end of a log, of which no more than is wanted is held. Used once; not thread-safe. */
final class LogTail {

    private static final int BUFFER = 8 * 1024;

    private final LogSelection selection;
    private final Deque<byte[]> lines = new ArrayDeque<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long bytes;
    private boolean truncated;

    private LogTail(LogSelection selection) {
        this.selection = selection;
    }

    static LogExcerpt read(InputStream log, LogSelection selection) throws IOException {
        LogTail tail = new LogTail(selection);
        byte[] buffer = new byte[BUFFER];
        for (int read = log.read(buffer); read >= 0; read = log.read(buffer)) {
            tail.take(buffer, read);
        }
        if (tail.line.size() > 0) {
            tail.endLine();
        }
        return tail.excerpt();
    }

    private void take(byte[] buffer, int length) {
        for (int i = 0; i < length; i++) {
            if (buffer[i] == '\n') {
                endLine();
            } else if (line.size() <= selection.bytes()) {
                // One that does not fit anyway need not be held whole.
                line.write(buffer[i]);
            }
        }
    }

    private void endLine() {
        line.write('\n');
        lines.addLast(line.toByteArray());
        bytes += line.size();
        line.reset();
        while (lines.size() > selection.lines() || bytes > selection.bytes()) {
            bytes -= lines.removeFirst().length;
            truncated = true;
        }
    }

    private LogExcerpt excerpt() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        lines.forEach(text::writeBytes);
        return new LogExcerpt(text.toString(StandardCharsets.UTF_8), truncated);
    }
}
