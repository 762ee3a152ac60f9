package dev.sandkeep.bootstrap.config;

import dev.sandkeep.domain.network.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** The keys for the sidecars that guard the network of sandboxes. */
final class EgressSettings {

    static final Setting<Optional<String>> IMAGE = new Setting<>(
            "egress.image",
            "",
            "an image reference, or empty",
            "The image of the sidecar that guards the network of a sandbox; `./run` makes it. Empty: sandboxes are not"
                    + " guarded, and a network policy that restricts anything is refused.",
            false,
            Settings::given);

    static final Setting<List<InetAddress>> RESOLVERS = new Setting<>(
            "egress.resolvers",
            "",
            "a comma-separated list of IP addresses",
            "The DNS resolvers that guarded sandboxes' names are looked up at. Empty: those of the host.",
            false,
            text -> Settings.list(text).stream().map(EgressSettings::address).toList());

    static final Setting<Boolean> PRIVATE = Settings.flag(
            "egress.allow-private",
            "false",
            "Whether sandboxes may reach private addresses (RFC 1918, RFC 6598, RFC 4193) that no rule of their policy"
                    + " names.");

    static final Setting<Boolean> IPV6 = Settings.flag(
            "egress.ipv6",
            "true",
            "Whether guarded sandboxes have IPv6, where the engine can. It takes effect when their network is made, and"
                    + " makes the host forward IPv6.");

    static final Setting<Integer> SPARE_OPEN = Settings.number(
            "egress.spare-open", "4", 0, 64, "How many sidecars are kept ready for sandboxes without a policy.");

    static final Setting<Integer> SPARE_GUARDING = Settings.number(
            "egress.spare-guarding", "2", 0, 64, "How many sidecars are kept ready for sandboxes with a policy.");

    private EgressSettings() {}

    static List<Setting<?>> all() {
        return List.of(IMAGE, RESOLVERS, PRIVATE, IPV6, SPARE_OPEN, SPARE_GUARDING);
    }

    private static InetAddress address(String text) {
        return Cidr.findAddress(text).orElseThrow(() -> new IllegalArgumentException(text));
    }
}
