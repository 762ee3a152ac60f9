package dev.sandkeep.egress.dns;

/** Response codes that the proxy itself gives (RFC 1035, section 4.1.1; RFC 6891, section 9). */
enum Rcode {
    NOERROR(0),
    FORMERR(1),
    SERVFAIL(2),
    NXDOMAIN(3),
    NOTIMP(4),
    REFUSED(5),
    /** Of an EDNS version that is not spoken; the only one here with bits in the OPT record. */
    BADVERS(16);

    private final int code;

    Rcode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
