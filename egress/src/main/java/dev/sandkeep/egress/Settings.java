package dev.sandkeep.egress;

import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.network.PrivateRanges;
import dev.sandkeep.egress.policy.ApiKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the server tells the worker, as environment variables that begin with {@code SANDKEEP_EGRESS_}.
 *
 * @param key {@code KEY}, hexadecimal
 * @param resolvers {@code RESOLVERS}, addresses separated by commas
 * @param gateways {@code GATEWAYS}, addresses or blocks from where the server reaches the sandbox
 * @param hostAddresses {@code HOST_ADDRESSES}, other addresses or blocks that no policy can open
 * @param privateRanges {@code PRIVATE_RANGES}, {@code deny} (the default) or {@code allow}
 * @param policy {@code POLICY}, the JSON of the first policy; empty if there is none yet
 * @param stateDirectory {@code STATE_DIR}, where the policy is kept
 */
record Settings(
        ApiKey key,
        List<InetSocketAddress> resolvers,
        List<Cidr> gateways,
        List<Cidr> hostAddresses,
        PrivateRanges privateRanges,
        String policy,
        Path stateDirectory) {

    private static final String PREFIX = "SANDKEEP_EGRESS_";
    private static final int DNS = 53;

    Settings {
        resolvers = List.copyOf(resolvers);
        gateways = List.copyOf(gateways);
        hostAddresses = List.copyOf(hostAddresses);
    }

    /** @throws IllegalArgumentException naming the variable that is wrong */
    static Settings from(Map<String, String> environment) {
        List<InetSocketAddress> resolvers = new ArrayList<>();
        for (InetAddress address : addresses(environment, "RESOLVERS")) {
            resolvers.add(new InetSocketAddress(address, DNS));
        }
        if (resolvers.isEmpty()) {
            throw wrong("RESOLVERS", "must name at least one address");
        }
        return new Settings(
                key(environment),
                resolvers,
                blocks(environment, "GATEWAYS"),
                blocks(environment, "HOST_ADDRESSES"),
                privateRanges(environment),
                value(environment, "POLICY", ""),
                Path.of(value(environment, "STATE_DIR", "/run/egress")));
    }

    private static ApiKey key(Map<String, String> environment) {
        try {
            return new ApiKey(value(environment, "KEY", ""));
        } catch (IllegalArgumentException _) {
            // The cause might repeat the key.
            throw wrong("KEY", "must have at least 32 hexadecimal digits");
        }
    }

    private static PrivateRanges privateRanges(Map<String, String> environment) {
        return switch (value(environment, "PRIVATE_RANGES", "deny")) {
            case "deny" -> PrivateRanges.NAMED;
            case "allow" -> PrivateRanges.OPEN;
            default -> throw wrong("PRIVATE_RANGES", "must be deny or allow");
        };
    }

    private static List<InetAddress> addresses(Map<String, String> environment, String name) {
        List<InetAddress> addresses = new ArrayList<>();
        for (Cidr block : blocks(environment, name)) {
            if (!block.isSingle()) {
                throw wrong(name, "must be addresses separated by commas");
            }
            addresses.add(block.base());
        }
        return addresses;
    }

    private static List<Cidr> blocks(Map<String, String> environment, String name) {
        List<Cidr> blocks = new ArrayList<>();
        for (String word : value(environment, name, "").split(",", -1)) {
            if (!word.isBlank()) {
                blocks.add(Cidr.find(word.strip())
                        .orElseThrow(() -> wrong(name, "must be addresses or CIDR blocks separated by commas")));
            }
        }
        return blocks;
    }

    private static String value(Map<String, String> environment, String name, String otherwise) {
        String value = environment.get(PREFIX + name);
        return value == null ? otherwise : value;
    }

    private static IllegalArgumentException wrong(String name, String rule) {
        return new IllegalArgumentException(PREFIX + name + ": " + rule);
    }
}
