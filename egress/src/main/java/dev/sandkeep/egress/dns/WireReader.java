package dev.sandkeep.egress.dns;

/**
 * A cursor over the bytes of one message, which are never trusted: every read is checked against the end, and nothing is
 * allocated by a length that the message claims. Not thread-safe.
 */
final class WireReader {

    /** Names start behind the header, so a pointer into it is a forgery (RFC 1035, section 4.1.4). */
    private static final int HEADER_LENGTH = 12;
    /** A name has at most 127 labels; more jumps than that are only there to cost time. */
    private static final int MAX_JUMPS = 127;

    private final byte[] message;
    private int position;
    private int end;

    WireReader(byte[] message) {
        this.message = message;
        this.end = message.length;
    }

    int position() {
        return position;
    }

    boolean atEnd() {
        return position == end;
    }

    int u8() throws RefusedMessage {
        need(1);
        return message[position++] & 0xFF;
    }

    int u16() throws RefusedMessage {
        need(2);
        return u8() << 8 | u8();
    }

    long u32() throws RefusedMessage {
        need(4);
        return (long) u16() << 16 | u16();
    }

    byte[] bytes(int length) throws RefusedMessage {
        need(length);
        byte[] bytes = new byte[length];
        System.arraycopy(message, position, bytes, 0, length);
        position += length;
        return bytes;
    }

    void skip(int length) throws RefusedMessage {
        need(length);
        position += length;
    }

    /** Part of this message: what follows, {@code length} bytes long; pointers still reach back into all of it. */
    WireReader part(int length) throws RefusedMessage {
        need(length);
        WireReader part = new WireReader(message);
        part.position = position;
        part.end = position + length;
        position += length;
        return part;
    }

    /**
     * A name, whose compression is undone. Every pointer must point further back than where the name, or the piece of
     * it that was jumped to, began; so it cannot run in circles.
     */
    Name name() throws RefusedMessage {
        byte[] octets = new byte[Name.MAX_LENGTH];
        int length = 0;
        int at = position;
        int pieceStart = position;
        int jumps = 0;
        while (true) {
            int head = octet(at);
            if (head >= 0xC0) {
                int target = (head & 0x3F) << 8 | octet(at + 1);
                if (target < HEADER_LENGTH || target >= pieceStart || jumps == MAX_JUMPS) {
                    throw RefusedMessage.malformed("a compression pointer does not point back to a name");
                }
                position = jumps++ == 0 ? at + 2 : position;
                pieceStart = target;
                at = target;
            } else {
                int next = label(at, head, length);
                System.arraycopy(message, at, octets, length, head + 1);
                length += head + 1;
                at = next;
                if (head == 0) {
                    position = jumps == 0 ? at : position;
                    return Name.of(octets, length);
                }
            }
        }
    }

    /** Checks a label of {@code head} octets that begins at {@code at}; where the next one begins. */
    private int label(int at, int head, int lengthBefore) throws RefusedMessage {
        if (head > Name.MAX_LABEL) {
            throw RefusedMessage.malformed("a label has a reserved type");
        }
        if (lengthBefore + head + 1 > Name.MAX_LENGTH) {
            throw RefusedMessage.malformed("a name is longer than 255 octets");
        }
        if (at + head + 1 > end) {
            throw RefusedMessage.malformed("a name is cut off");
        }
        return at + head + 1;
    }

    private int octet(int at) throws RefusedMessage {
        if (at >= end) {
            throw RefusedMessage.malformed("a name is cut off");
        }
        return message[at] & 0xFF;
    }

    private void need(int length) throws RefusedMessage {
        if (end - position < length) {
            throw RefusedMessage.malformed("the message is cut off");
        }
    }
}
