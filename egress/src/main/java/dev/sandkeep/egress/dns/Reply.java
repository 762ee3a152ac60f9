package dev.sandkeep.egress.dns;

import java.nio.ByteBuffer;
import java.util.List;

/** What a resolver answered to a query, read to its last octet before any of it is believed. Immutable. */
final class Reply {

    private final byte[] message;
    private final Header header;
    private final List<Answer> addresses;

    private Reply(byte[] message, Header header, List<Answer> addresses) {
        this.message = message;
        this.header = header;
        this.addresses = addresses;
    }

    /**
     * Whether the message claims to answer this query: the same id and the same question. One that does not may come
     * from anybody and is to be ignored, not to be taken for a failure of the resolver.
     */
    static boolean answers(byte[] message, int id, Query query) {
        WireReader reader = new WireReader(message);
        try {
            Header header = Header.read(reader);
            return header.id() == id
                    && header.isResponse()
                    && header.isQuery()
                    && header.questions() == 1
                    && reader.name().equals(query.name())
                    && reader.u16() == query.type()
                    && reader.u16() == RecordType.CLASS_IN;
        } catch (RefusedMessage malformed) {
            return false;
        }
    }

    /**
     * Reads a message that {@link #answers} its query.
     *
     * @throws RefusedMessage if any part of it is malformed, or cut off, so that not all addresses are seen
     */
    static Reply read(byte[] message, Query query) throws RefusedMessage {
        WireReader reader = new WireReader(message);
        Header header = Header.read(reader);
        if (header.isTruncated()) {
            throw RefusedMessage.malformed("the answer is truncated");
        }
        reader.skip(query.questionLength());
        Addresses addresses = new Addresses();
        for (int i = 0; i < header.records(); i++) {
            ResourceRecord resourceRecord = ResourceRecord.read(reader);
            if (i < header.answers()) {
                addresses.add(resourceRecord);
            }
        }
        if (!reader.atEnd()) {
            throw RefusedMessage.malformed("something follows the answer");
        }
        return new Reply(message, header, addresses.list());
    }

    /** Whether no other resolver needs to be asked. */
    boolean isFinal() {
        return header.rcode() == Rcode.NOERROR.code() || header.rcode() == Rcode.NXDOMAIN.code();
    }

    int rcode() {
        return header.rcode();
    }

    int length() {
        return message.length;
    }

    /** All that the answer leads to, whatever names it puts in between. */
    List<Answer> addresses() {
        return addresses;
    }

    /** The message with the client's id, and with the question as the client wrote it (case is chosen at random). */
    byte[] forClient(Query query) {
        byte[] forClient = message.clone();
        ByteBuffer beginning = ByteBuffer.wrap(forClient);
        beginning.putShort((short) query.id()).position(Header.LENGTH);
        query.putQuestion(beginning);
        return forClient;
    }
}
