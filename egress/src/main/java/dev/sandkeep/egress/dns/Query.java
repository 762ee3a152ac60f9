package dev.sandkeep.egress.dns;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A question that a client asks, and all of its message that is ever passed on.
 *
 * @param flags of the header, as they came
 */
record Query(int id, int flags, Name name, int type, Optional<Edns> edns) {

    /** What fits into one packet on any path (DNS flag day 2020), so that upstream answers are not fragmented. */
    static final int UPSTREAM_PAYLOAD = 1232;

    /** The largest datagram either way: longer than any query with reasonable options. */
    static final int MAX_LENGTH = 4096;

    private static final int OPT_LENGTH = 11;
    private static final int TYPE_AND_CLASS_LENGTH = 4;

    /**
     * Reads a client's message, which must be one question and nothing else, save an OPT record.
     *
     * @throws RefusedMessage if it is anything else
     */
    static Query read(byte[] message) throws RefusedMessage {
        WireReader reader = new WireReader(message);
        Header header = Header.read(reader);
        if (message.length > MAX_LENGTH) {
            throw RefusedMessage.malformed("the query is too long");
        }
        if (header.isResponse()) {
            throw RefusedMessage.malformed("it is a response");
        }
        if (!header.isQuery()) {
            throw new RefusedMessage(Rcode.NOTIMP, "only the opcode QUERY is served");
        }
        if (header.questions() > 1) {
            throw new RefusedMessage(Rcode.REFUSED, "only one question at a time is answered");
        }
        if (header.questions() == 0 || header.answers() + header.authorities() > 0 || header.additionals() > 1) {
            throw RefusedMessage.malformed("a query holds one question and at most an OPT record");
        }
        Name name = reader.name();
        int type = reader.u16();
        int questionClass = reader.u16();
        Optional<Edns> edns =
                header.additionals() == 0 ? Optional.empty() : Optional.of(Edns.read(ResourceRecord.read(reader)));
        if (!reader.atEnd()) {
            throw RefusedMessage.malformed("something follows the query");
        }
        if (questionClass != RecordType.CLASS_IN) {
            throw new RefusedMessage(Rcode.REFUSED, "only the class IN is served");
        }
        return new Query(header.id(), header.flags(), name, type, edns);
    }

    /** The largest answer that this client is sent over UDP: no more than it takes, nor than is safe to send. */
    int payloadLimit() {
        return edns.map(client -> Math.min(client.payloadSize(), MAX_LENGTH)).orElse(Edns.MIN_PAYLOAD);
    }

    /**
     * The query to send upstream. It is written anew from what was understood, so that a resolver cannot read another
     * name in it than the one that was judged, and nothing else of the client's message gets out.
     */
    byte[] forUpstream(int upstreamId) {
        ByteBuffer message =
                ByteBuffer.allocate(Header.LENGTH + questionLength() + (edns.isPresent() ? OPT_LENGTH : 0));
        message.putShort((short) upstreamId)
                .putShort((short) (flags & (Header.RECURSION_DESIRED | Header.CHECKING_DISABLED)))
                .putShort((short) 1)
                .putInt(0)
                .putShort((short) (edns.isPresent() ? 1 : 0));
        putQuestion(message);
        edns.ifPresent(client -> message.put((byte) 0)
                .putShort((short) RecordType.OPT)
                .putShort((short) UPSTREAM_PAYLOAD)
                .putInt(client.dnssecOk() ? Edns.DNSSEC_OK : 0)
                .putShort((short) 0));
        return message.array();
    }

    int questionLength() {
        return name.length() + TYPE_AND_CLASS_LENGTH;
    }

    void putQuestion(ByteBuffer message) {
        message.put(name.octets()).putShort((short) type).putShort((short) RecordType.CLASS_IN);
    }
}
