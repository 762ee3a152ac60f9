package dev.sandkeep.egress.filter;

import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.NetworkPolicy.Draft;
import dev.sandkeep.domain.network.PrivateRanges;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/** Policies in few words, and a network for them. */
public final class Policies {

    private Policies() {}

    /** Rules as {@code "allow target"}. */
    public static NetworkPolicy policy(String defaultAction, String... rules) {
        return NetworkPolicy.parse(
                defaultAction,
                Arrays.stream(rules)
                        .map(rule -> rule.split(" ", 2))
                        .map(words -> new Draft(words[0], words[1]))
                        .toList());
    }

    public static Surroundings surroundings(PrivateRanges privateRanges) {
        return new Surroundings(
                List.of(
                        Cidr.find("10.99.0.1").orElseThrow(),
                        Cidr.find("fd99::1").orElseThrow()),
                List.of(
                        Cidr.find("10.99.0.0/24").orElseThrow(),
                        Cidr.find("fd99::/64").orElseThrow()),
                List.of(new InetSocketAddress("10.99.0.1", 53)),
                privateRanges);
    }
}
