package dev.sandkeep.egress.dns;

import java.nio.ByteBuffer;
import java.util.Optional;

/** The answers that the proxy gives by itself. Pure. */
final class Responses {

    /** What the proxy takes over UDP in one message, for clients that ask with EDNS. */
    static final int OUR_PAYLOAD = Query.MAX_LENGTH;

    private static final int OPT_LENGTH = 11;
    private static final int EXTENDED_ERROR_LENGTH = 6;

    private Responses() {}

    /** An error with the question copied, and the reason if the client speaks EDNS. */
    static byte[] error(Query query, Rcode rcode, ExtendedError reason) {
        return answerless(query, rcode.code(), Optional.of(reason));
    }

    /** Tells a client to ask again over TCP. */
    static byte[] truncated(Query query, int rcode) {
        return answerless(query, Header.TRUNCATED | rcode, Optional.empty());
    }

    /**
     * What is answered to a message that could not be read; without its question, which may be anything.
     *
     * @return nothing if it is too short to have an id, or is a response, which is never answered
     */
    static Optional<byte[]> refusal(byte[] message, Rcode rcode) {
        Header header;
        try {
            header = Header.read(new WireReader(message));
        } catch (RefusedMessage tooShort) {
            return Optional.empty();
        }
        if (header.isResponse()) {
            return Optional.empty();
        }
        int kept = header.flags() & (Header.OPCODE | Header.RECURSION_DESIRED);
        boolean extended = rcode.code() > Header.RCODE;
        ByteBuffer response = ByteBuffer.allocate(Header.LENGTH + (extended ? OPT_LENGTH : 0));
        putHeader(response, header.id(), kept | (rcode.code() & Header.RCODE), 0, extended ? 1 : 0);
        if (extended) {
            putOpt(response, rcode.code() >> 4, false, 0);
        }
        return Optional.of(response.array());
    }

    private static byte[] answerless(Query query, int flags, Optional<ExtendedError> reason) {
        byte[] text = reason.map(ExtendedError::textBytes).orElse(new byte[0]);
        int options = reason.isPresent() ? EXTENDED_ERROR_LENGTH + text.length : 0;
        boolean edns = query.edns().isPresent();
        ByteBuffer response =
                ByteBuffer.allocate(Header.LENGTH + query.questionLength() + (edns ? OPT_LENGTH + options : 0));
        int kept = query.flags() & (Header.RECURSION_DESIRED | Header.CHECKING_DISABLED);
        putHeader(response, query.id(), kept | flags, 1, edns ? 1 : 0);
        query.putQuestion(response);
        query.edns().ifPresent(client -> putOpt(response, 0, client.dnssecOk(), options));
        if (edns && reason.isPresent()) {
            response.putShort((short) ExtendedError.OPTION)
                    .putShort((short) (2 + text.length))
                    .putShort((short) reason.get().code())
                    .put(text);
        }
        return response.array();
    }

    private static void putHeader(ByteBuffer response, int id, int flags, int questions, int additionals) {
        response.putShort((short) id)
                .putShort((short) (Header.RESPONSE | Header.RECURSION_AVAILABLE | flags))
                .putShort((short) questions)
                .putInt(0)
                .putShort((short) additionals);
    }

    private static void putOpt(ByteBuffer response, int extendedRcode, boolean dnssecOk, int options) {
        response.put((byte) 0)
                .putShort((short) RecordType.OPT)
                .putShort((short) OUR_PAYLOAD)
                .putInt(extendedRcode << 24 | (dnssecOk ? Edns.DNSSEC_OK : 0))
                .putShort((short) options);
    }
}
