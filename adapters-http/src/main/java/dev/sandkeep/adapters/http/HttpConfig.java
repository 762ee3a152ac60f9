package dev.sandkeep.adapters.http;

import java.time.Duration;

/**
 * How to listen, and the limits of what anybody may send.
 *
 * @param port 0 for any free one
 * @param maxBodyBytes the largest request body
 * @param maxHeaderBytes the largest request line and headers together
 * @param idleTimeout how long a connection may be silent between requests, or in the middle of one being sent
 * @param maxConnections how many connections may be open at a time; more wait to be accepted
 * @param maxRequests how many requests may be worked on at a time, streams not counted; more are refused
 * @param maxOpenPerSandbox how many requests and WebSockets may be under way to the ports of one sandbox
 * @param shutdownGrace how long requests in flight are waited for at the end
 */
public record HttpConfig(
        String host,
        int port,
        int maxBodyBytes,
        int maxHeaderBytes,
        Duration idleTimeout,
        int maxConnections,
        int maxRequests,
        int maxOpenPerSandbox,
        Duration shutdownGrace) {

    public HttpConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535");
        }
        if (maxBodyBytes < 1 || maxHeaderBytes < 1 || maxConnections < 1 || maxRequests < 1 || maxOpenPerSandbox < 1) {
            throw new IllegalArgumentException("maxBodyBytes, maxHeaderBytes, maxConnections, maxRequests and"
                    + " maxOpenPerSandbox must be positive");
        }
        if (!idleTimeout.isPositive() || shutdownGrace.isNegative()) {
            throw new IllegalArgumentException("idleTimeout must be positive and shutdownGrace not negative");
        }
    }
}
