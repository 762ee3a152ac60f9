package dev.sandkeep.egress.dns;

/** The types of record that the proxy looks into; all others are passed on as they are. */
final class RecordType {

    static final int A = 1;
    static final int CNAME = 5;
    static final int AAAA = 28;
    static final int OPT = 41;
    /** RFC 9460. */
    static final int SVCB = 64;
    /** RFC 9460. */
    static final int HTTPS = 65;

    /** The class of the Internet, the only one served. */
    static final int CLASS_IN = 1;

    private RecordType() {}
}
