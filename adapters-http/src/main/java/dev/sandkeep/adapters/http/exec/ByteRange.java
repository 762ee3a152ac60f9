package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.domain.exec.ExecException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file, as RFC 9110 asks for it.
 *
 * @param from the first byte
 * @param length how many
 */
record ByteRange(long from, long length) {

    private static final Pattern FIRST =
            Pattern.compile("bytes=\\s*(?:(\\d{1,18})-(\\d{1,18})?|-(\\d{1,18}))\\s*(?:,.*)?");

    /**
     * The first range of those that are asked for.
     *
     * @param header the field, or null
     * @param size of the file
     * @return null if all of the file is asked for
     * @throws ExecException.NoSuchRange if it cannot be read, or nothing of it is there
     */
    static @Nullable ByteRange find(@Nullable String header, long size) {
        if (header == null) {
            return null;
        }
        Matcher range = FIRST.matcher(header);
        if (!range.matches()) {
            throw new ExecException.NoSuchRange("Range: must be like bytes=0-99, bytes=100- or bytes=-100", size);
        }
        long from = range.group(1) == null
                ? Math.max(0, size - Long.parseLong(range.group(3)))
                : Long.parseLong(range.group(1));
        long last = range.group(2) == null ? size - 1 : Math.min(size - 1, Long.parseLong(range.group(2)));
        if (from >= size || last < from) {
            throw new ExecException.NoSuchRange("Range: the file has " + size + " bytes", size);
        }
        return new ByteRange(from, last - from + 1);
    }

    /** The field that tells what a part is of. */
    String contentRange(long size) {
        return "bytes " + from + "-" + (from + length - 1) + "/" + size;
    }
}
