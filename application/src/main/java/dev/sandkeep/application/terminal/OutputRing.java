package dev.sandkeep.application.terminal;

import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** The last that a terminal wrote. Offsets count all bytes from the first one on. Not thread-safe. */
final class OutputRing {

    /** How many bytes are kept. */
    static final int CAPACITY = 1 << 20;

    private static final int FIRST = 1 << 13;

    /** More changes between the two outputs than that make the ring shorter. */
    private static final int MOST_RUNS = 4096;

    private byte[] bytes = new byte[FIRST];
    private long begin;
    private long end;
    private final Deque<Run> runs = new ArrayDeque<>();

    /** All that was written to one output before something was written to the other. */
    private record Run(Channel channel, long from) {}

    /** Some bytes of one output. */
    @SuppressWarnings("ArrayRecordComponent")
    record Piece(Channel channel, byte[] bytes) {}

    /** Of the oldest byte that is kept. */
    long begin() {
        return begin;
    }

    /** Of the next byte that comes. */
    long end() {
        return end;
    }

    void append(Channel channel, byte[] from, int offset, int length) {
        int skipped = Math.max(0, length - CAPACITY);
        end += skipped;
        int kept = length - skipped;
        makeRoom(kept);
        if (runs.isEmpty() || runs.getLast().channel() != channel) {
            runs.addLast(new Run(channel, end));
        }
        int at = index(end);
        int first = Math.min(kept, bytes.length - at);
        System.arraycopy(from, offset + skipped, bytes, at, first);
        System.arraycopy(from, offset + skipped + first, bytes, 0, kept - first);
        end += kept;
        begin = Math.max(begin, end - CAPACITY);
        forget();
    }

    private void makeRoom(int more) {
        begin = Math.max(begin, end - CAPACITY);
        long needed = end - begin + more;
        int length = bytes.length;
        while (length < CAPACITY && length < needed) {
            length *= 2;
        }
        if (length > bytes.length) {
            byte[] kept = copy(begin, (int) (end - begin));
            bytes = new byte[length];
            for (int i = 0; i < kept.length; i++) {
                bytes[index(begin + i)] = kept[i];
            }
        }
    }

    private int index(long offset) {
        return (int) (offset % bytes.length);
    }

    private void forget() {
        while (runs.size() > MOST_RUNS) {
            runs.removeFirst();
            begin = Math.max(begin, runs.getFirst().from());
        }
        while (runs.size() > 1) {
            Run oldest = runs.removeFirst();
            if (runs.getFirst().from() > begin) {
                runs.addFirst(oldest);
                return;
            }
        }
    }

    /** From there on, of one output, and at least one byte; {@code from} must be kept, and not the end. */
    Piece read(long from, int most) {
        long until = end;
        Iterator<Run> latest = runs.descendingIterator();
        while (true) {
            Run run = latest.next();
            if (run.from() <= from) {
                return new Piece(run.channel(), copy(from, (int) Math.min(most, until - from)));
            }
            until = run.from();
        }
    }

    /** All from there on; {@code from} must be kept, or the end. */
    byte[] readAll(long from) {
        return copy(from, (int) (end - from));
    }

    private byte[] copy(long from, int length) {
        byte[] copy = new byte[length];
        int at = index(from);
        int first = Math.min(length, bytes.length - at);
        System.arraycopy(bytes, at, copy, 0, first);
        System.arraycopy(bytes, 0, copy, first, length - first);
        return copy;
    }
}
