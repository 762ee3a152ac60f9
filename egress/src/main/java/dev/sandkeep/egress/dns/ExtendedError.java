package dev.sandkeep.egress.dns;

import dev.sandkeep.domain.network.NetworkRule;
import dev.sandkeep.domain.network.Verdict;
import java.nio.charset.StandardCharsets;

/**
 * Why a query failed, for whoever reads it in the sandbox (RFC 8914).
 *
 * @param code of the registry for extended DNS errors
 * @param text in ASCII
 */
record ExtendedError(int code, String text) {

    private static final int OTHER = 0;
    private static final int BLOCKED = 15;
    private static final int FILTERED = 17;
    private static final int NETWORK_ERROR = 23;

    /** The number of the EDNS option that holds it. */
    static final int OPTION = 15;

    static ExtendedError blocked(Verdict verdict) {
        NetworkRule rule = verdict.decidedBy();
        String reason =
                rule == null ? "default action" : "rule " + rule.target().text();
        return new ExtendedError(BLOCKED, "denied by the network policy: " + reason);
    }

    static ExtendedError notAHostName() {
        return new ExtendedError(BLOCKED, "denied by the network policy: not the name of a host");
    }

    static ExtendedError filtered() {
        return new ExtendedError(FILTERED, "the name is allowed, but none of its addresses may be reached");
    }

    static ExtendedError upstreamFailed() {
        return new ExtendedError(NETWORK_ERROR, "no resolver answered");
    }

    static ExtendedError notAdmitted() {
        return new ExtendedError(OTHER, "the packet filter could not be told of the addresses");
    }

    static ExtendedError overloaded() {
        return new ExtendedError(OTHER, "too many queries at the same time");
    }

    byte[] textBytes() {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
