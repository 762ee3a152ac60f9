package dev.sandkeep.egress.dns;

import java.io.IOException;
import java.net.BindException;

/** Starts proxies on any port. */
final class Proxies {

    private static final int ATTEMPTS = 20;

    private Proxies() {}

    /** A port that is free over UDP may be taken over TCP or on the other IP version: then another one is tried. */
    static DnsProxy start(Judge judge, Upstream upstream, Limits limits) throws IOException {
        for (int i = 1; i < ATTEMPTS; i++) {
            try {
                return DnsProxy.start(0, judge, upstream, limits);
            } catch (BindException taken) {
                // The next attempt gets another port.
            }
        }
        return DnsProxy.start(0, judge, upstream, limits);
    }
}
