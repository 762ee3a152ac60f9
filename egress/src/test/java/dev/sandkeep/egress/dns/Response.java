package dev.sandkeep.egress.dns;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** A message that came back, as a client would read it; written apart from the reader that is tested. */
final class Response {

    private static final int EXTENDED_ERROR = 15;

    private final ByteBuffer message;

    Response(byte[] message) {
        this.message = ByteBuffer.wrap(message);
    }

    int id() {
        return message.getShort(0) & 0xFFFF;
    }

    int rcode() {
        return message.getShort(2) & 0xF;
    }

    boolean isTruncated() {
        return (message.getShort(2) & 0x200) != 0;
    }

    int answers() {
        return message.getShort(6);
    }

    int length() {
        return message.capacity();
    }

    /** Name, type and class of the question, as they are. */
    byte[] question() {
        return Arrays.copyOfRange(message.array(), 12, questionEnd());
    }

    boolean hasOpt() {
        return message.getShort(10) == 1;
    }

    /** The code of the extended error in an answer that holds nothing else, and its text. */
    Optional<String> extendedError() {
        int options = questionEnd() + 11;
        if (!hasOpt() || message.capacity() == options || message.getShort(options) != EXTENDED_ERROR) {
            return Optional.empty();
        }
        int length = message.getShort(options + 2);
        String text = new String(message.array(), options + 6, length - 2, StandardCharsets.US_ASCII);
        return Optional.of(message.getShort(options + 4) + " " + text);
    }

    private int questionEnd() {
        int end = 12;
        while (message.get(end) != 0) {
            end += message.get(end) + 1;
        }
        return end + 5;
    }
}
