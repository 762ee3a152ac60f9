package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Takes a log as the engine sends it, one frame for each line, and holds its end only. The engine cuts very long lines
 * into pieces, each with a time of its own; each makes a line here. Thread-safe.
 */
final class LogTail extends ResultCallback.Adapter<Frame> {

    private final LogSelection selection;
    private final Deque<byte[]> lines = new ArrayDeque<>();
    private long bytes;
    private boolean truncated;

    LogTail(LogSelection selection) {
        this.selection = selection;
    }

    @Override
    public synchronized void onNext(Frame frame) {
        byte[] line = frame.getPayload();
        if (line.length == 0) {
            return;
        }
        lines.addLast(line);
        bytes += line.length;
        while (lines.size() > selection.lines() || bytes > selection.bytes()) {
            bytes -= lines.removeFirst().length;
            truncated = true;
        }
    }

    synchronized LogExcerpt excerpt() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (byte[] line : lines) {
            text.writeBytes(line);
            if (line[line.length - 1] != '\n') {
                text.write('\n');
            }
        }
        return new LogExcerpt(text.toString(StandardCharsets.UTF_8), truncated);
    }
}
