package dev.sandkeep.egress.dns;

/**
 * A resource record (RFC 1035, section 4.1.3), its data not looked into yet.
 *
 * @param ttl the field as it is; OPT records use it for something else
 * @param data bounded by the length that the record claims
 */
record ResourceRecord(Name owner, int type, int recordClass, long ttl, WireReader data) {

    static ResourceRecord read(WireReader reader) throws RefusedMessage {
        Name owner = reader.name();
        int type = reader.u16();
        int recordClass = reader.u16();
        long ttl = reader.u32();
        return new ResourceRecord(owner, type, recordClass, ttl, reader.part(reader.u16()));
    }

    /** How long it may be used; a value with the highest bit set counts as zero (RFC 2181, section 8). */
    long seconds() {
        return ttl > Integer.MAX_VALUE ? 0 : ttl;
    }
}
