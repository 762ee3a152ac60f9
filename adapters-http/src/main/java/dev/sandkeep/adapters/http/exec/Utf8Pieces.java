package dev.sandkeep.adapters.http.exec;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Bytes that come in pieces as text: a character whose bytes are in two pieces comes with the second. Bytes that are not
 * UTF-8 become U+FFFD. Not thread-safe.
 */
final class Utf8Pieces {

    private static final int LONGEST_CHARACTER = 4;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);

    private byte[] open = new byte[0];

    String next(byte[] bytes, int offset, int length) {
        return decode(bytes, offset, length, false);
    }

    /** What was left open. */
    String end() {
        return decode(new byte[0], 0, 0, true);
    }

    private String decode(byte[] bytes, int offset, int length, boolean last) {
        ByteBuffer all = ByteBuffer.allocate(open.length + length);
        all.put(open).put(bytes, offset, length).flip();
        CharBuffer text = CharBuffer.allocate(all.remaining() + LONGEST_CHARACTER);
        decoder.decode(all, text, last);
        open = new byte[all.remaining()];
        all.get(open);
        return text.flip().toString();
    }
}
