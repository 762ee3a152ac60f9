package dev.sandkeep.egress.filter;

import java.net.InetAddress;
import java.time.Duration;

/**
 * An address that an allowed name led to.
 *
 * @param remaining how long it may be connected to from now on
 */
public record LearnedAddress(InetAddress address, Duration remaining) {

    /** Appends the address as an element of a set with timeouts. */
    void element(StringBuilder text) {
        text.append(address.getHostAddress())
                .append(" timeout ")
                .append(Math.max(1, remaining.toSeconds()))
                .append('s');
    }
}
