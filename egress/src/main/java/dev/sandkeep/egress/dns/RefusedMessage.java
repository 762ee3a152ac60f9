package dev.sandkeep.egress.dns;

/**
 * A message that is not followed: because it is malformed, or well-formed but of a kind that is not served. The only
 * exception that reading a message can end with. It has no stack trace, since whoever sends garbage would otherwise make
 * us collect one per datagram.
 */
final class RefusedMessage extends Exception {

    private static final long serialVersionUID = 1L;

    private final Rcode rcode;

    RefusedMessage(Rcode rcode, String reason) {
        super(reason, null, false, false);
        this.rcode = rcode;
    }

    static RefusedMessage malformed(String reason) {
        return new RefusedMessage(Rcode.FORMERR, reason);
    }

    /** What a client that sent it is answered. */
    Rcode rcode() {
        return rcode;
    }
}
