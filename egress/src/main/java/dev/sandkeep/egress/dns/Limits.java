package dev.sandkeep.egress.dns;

import java.time.Duration;

/**
 * What one sandbox can make the proxy hold at the same time.
 *
 * @param queries that came as datagrams; over TCP there is at most one per connection
 * @param connections over TCP
 * @param patience with a TCP client: for its next message, and for it to take an answer
 */
record Limits(int queries, int connections, Duration patience) {

    static final Limits DEFAULT = new Limits(512, 64, Duration.ofSeconds(10));
}
