package dev.sandkeep.adapters.docker;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * How the outbound traffic of sandboxes is guarded.
 *
 * @param image the image of the sidecar, which must be on the host
 * @param resolvers the DNS resolvers that names are looked up at, at port 53; at least one
 * @param privateRanges whether sandboxes may reach private addresses that no rule of their policy names
 * @param ipv6 whether the network of the sandboxes is made with IPv6, if the engine can
 * @param hostAddresses addresses of the host, which no sandbox may reach
 * @param spareOpen how many sidecars are kept ready for sandboxes without a policy
 * @param spareGuarding how many are kept ready for sandboxes with one
 */
public record EgressConfig(
        String image,
        List<InetAddress> resolvers,
        boolean privateRanges,
        boolean ipv6,
        List<InetAddress> hostAddresses,
        int spareOpen,
        int spareGuarding) {

    /** How long a sidecar may take until its rules are in force. */
    static final Duration READY_TIMEOUT = Duration.ofSeconds(10);

    public static final int MAX_SPARE = 64;

    /** @throws IllegalArgumentException naming what is wrong */
    public EgressConfig {
        resolvers = List.copyOf(resolvers);
        hostAddresses = List.copyOf(hostAddresses);
        require(!image.isBlank(), "image must not be blank");
        require(!resolvers.isEmpty(), "resolvers must name at least one");
        require(spareOpen >= 0 && spareOpen <= MAX_SPARE, "spareOpen must be 0 to " + MAX_SPARE);
        require(spareGuarding >= 0 && spareGuarding <= MAX_SPARE, "spareGuarding must be 0 to " + MAX_SPARE);
    }

    private static void require(boolean valid, String rule) {
        if (!valid) {
            throw new IllegalArgumentException(rule);
        }
    }
}
