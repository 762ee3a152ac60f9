package dev.sandkeep.egress.dns;

import java.net.InetAddress;
import java.time.Duration;

/**
 * One address that an answer leads to, as an address record or as a hint in a service binding.
 *
 * @param ttl how long the client may go on using it
 */
public record Answer(InetAddress address, Duration ttl) {}
