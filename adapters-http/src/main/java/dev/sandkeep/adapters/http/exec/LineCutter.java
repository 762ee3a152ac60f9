package dev.sandkeep.adapters.http.exec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Cuts what a command writes into lines, without what ends them: LF, CR or both together. An empty line is told as LF.
 * Bytes that are not UTF-8 become U+FFFD. A line that is longer than {@link #LONGEST} is told in pieces, so that a line
 * without an end costs no more than that. Not thread-safe.
 */
final class LineCutter {

    /** In bytes. Escaped as JSON, a piece stays below what the public clients read as one line. */
    static final int LONGEST = 512 * 1024;

    private static final int CONTINUATION_MASK = 0xC0;
    private static final int CONTINUATION = 0x80;
    private static final int LONGEST_CHARACTER = 4;

    private final Consumer<String> lines;
    private final ByteArrayOutputStream open = new ByteArrayOutputStream();
    private boolean afterReturn;
    private boolean continued;

    LineCutter(Consumer<String> lines) {
        this.lines = lines;
    }

    void feed(byte[] bytes, int offset, int length) {
        int from = offset;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            byte next = bytes[i];
            if (next == '\n' && afterReturn) {
                from = i + 1;
            } else if (next == '\n' || next == '\r') {
                add(bytes, from, i);
                endLine();
                from = i + 1;
            }
            afterReturn = next == '\r';
        }
        add(bytes, from, end);
    }

    /** Tells what was written without an end of its line. */
    void end() {
        if (open.size() > 0) {
            lines.accept(take());
        }
    }

    private void add(byte[] bytes, int from, int to) {
        int at = from;
        while (open.size() + (to - at) > LONGEST) {
            int part = LONGEST - open.size();
            open.write(bytes, at, part);
            at += part;
            tellPiece();
        }
        open.write(bytes, at, to - at);
    }

    /** All but a character that may not be there to its end. */
    private void tellPiece() {
        byte[] all = open.toByteArray();
        int cut = all.length;
        while (cut > all.length - LONGEST_CHARACTER && (all[cut - 1] & CONTINUATION_MASK) == CONTINUATION) {
            cut--;
        }
        if ((all[cut - 1] & CONTINUATION_MASK) == CONTINUATION_MASK) {
            cut--;
        } else {
            cut = all.length;
        }
        open.reset();
        open.write(all, cut, all.length - cut);
        continued = true;
        lines.accept(new String(all, 0, cut, StandardCharsets.UTF_8));
    }

    private void endLine() {
        if (open.size() > 0) {
            lines.accept(take());
        } else if (!continued) {
            lines.accept("\n");
        }
        continued = false;
    }

    private String take() {
        String line = open.toString(StandardCharsets.UTF_8);
        open.reset();
        return line;
    }
}
