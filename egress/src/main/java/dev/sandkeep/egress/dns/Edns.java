package dev.sandkeep.egress.dns;

/**
 * What a client says of itself in its OPT record (RFC 6891). Its options are checked for their lengths and not kept: the
 * proxy passes none on.
 *
 * @param payloadSize the largest UDP message it takes
 * @param dnssecOk whether it wants signatures (RFC 3225)
 */
record Edns(int payloadSize, boolean dnssecOk) {

    /** What every client takes; a smaller size in an OPT record means this one, too. */
    static final int MIN_PAYLOAD = 512;

    static final int DNSSEC_OK = 0x8000;

    static Edns read(ResourceRecord opt) throws RefusedMessage {
        if (opt.type() != RecordType.OPT || !opt.owner().isRoot()) {
            throw RefusedMessage.malformed("a query carries a record other than OPT");
        }
        if ((opt.ttl() >> 16 & 0xFF) != 0) {
            throw new RefusedMessage(Rcode.BADVERS, "only version 0 of EDNS is spoken");
        }
        while (!opt.data().atEnd()) {
            opt.data().skip(2);
            opt.data().skip(opt.data().u16());
        }
        return new Edns(Math.max(opt.recordClass(), MIN_PAYLOAD), (opt.ttl() & DNSSEC_OK) != 0);
    }
}
