package dev.sandkeep.egress.dns;

/** The twelve octets that every message begins with (RFC 1035, section 4.1.1). */
record Header(int id, int flags, int questions, int answers, int authorities, int additionals) {

    static final int LENGTH = 12;

    static final int RESPONSE = 0x8000;
    static final int OPCODE = 0x7800;
    static final int TRUNCATED = 0x0200;
    static final int RECURSION_DESIRED = 0x0100;
    static final int RECURSION_AVAILABLE = 0x0080;
    static final int CHECKING_DISABLED = 0x0010;
    static final int RCODE = 0x000F;

    static Header read(WireReader reader) throws RefusedMessage {
        return new Header(reader.u16(), reader.u16(), reader.u16(), reader.u16(), reader.u16(), reader.u16());
    }

    boolean isResponse() {
        return (flags & RESPONSE) != 0;
    }

    /** Whether it asks something: zero is QUERY, and all that is served. */
    boolean isQuery() {
        return (flags & OPCODE) == 0;
    }

    boolean isTruncated() {
        return (flags & TRUNCATED) != 0;
    }

    int rcode() {
        return flags & RCODE;
    }

    int records() {
        return answers + authorities + additionals;
    }
}
