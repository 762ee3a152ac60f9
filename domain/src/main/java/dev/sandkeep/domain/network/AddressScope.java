package dev.sandkeep.domain.network;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How far an address reaches, by the registries of special-purpose addresses (RFC 6890). The benchmarking blocks
 * (RFC 2544, RFC 5180) count as public: they stand for the internet wherever a network is tested.
 */
public enum AddressScope {
    /** Services of clouds that tell an instance its secrets, outside the link-local block. */
    METADATA("100.100.100.200 168.63.129.16 fd00:ec2::254 fd20:ce::254"),

    LOOPBACK("127.0.0.0/8 ::1"),

    /** Holds the usual metadata service, too. */
    LINK_LOCAL("169.254.0.0/16 fe80::/10"),

    MULTICAST("224.0.0.0/4 ff00::/8"),

    /** No address of its own; some systems take it for the loopback address. */
    UNSPECIFIED("0.0.0.0/8 ::"),

    /** Networks of an organisation or a provider (RFC 1918, RFC 6598, RFC 4193). */
    PRIVATE("10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 fc00::/7"),

    /**
     * Meant for no host on the internet. The ways to write an IPv4 address as an IPv6 one (NAT64, 6to4, Teredo) belong
     * here, since a translator on the way would lead to whatever IPv4 address is written there.
     */
    RESERVED("192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4"
            + " 2001::/32 2001:10::/28 2001:20::/28 2001:db8::/32 2002::/16 3fff::/20"
            // All but 2000::/3, of which global addresses are assigned, and the blocks above.
            + " ::/3 4000::/2 8000::/2 c000::/3 e000::/4 f000::/5 f800::/6 fe00::/9 fec0::/10"),

    /** Everything else: the internet. */
    PUBLIC("");

    private static final Map<AddressScope, List<Cidr>> BLOCKS = new EnumMap<>(AddressScope.class);

    static {
        for (AddressScope scope : values()) {
            BLOCKS.put(scope, scope.parsed());
        }
    }

    private final String written;

    AddressScope(String written) {
        this.written = written;
    }

    private List<Cidr> parsed() {
        return written.isEmpty()
                ? List.of()
                : Arrays.stream(written.split(" "))
                        .map(block -> Cidr.find(block).orElseThrow())
                        .toList();
    }

    /** The scope of {@code address}; an IPv4-mapped IPv6 address counts as IPv4. */
    public static AddressScope of(InetAddress address) {
        InetAddress plain = Cidr.unmapped(address);
        for (AddressScope scope : values()) {
            if (scope.holds(plain)) {
                return scope;
            }
        }
        return PUBLIC;
    }

    /** The blocks of this scope that are not in an earlier one; none for {@link #PUBLIC}, which is the rest. */
    public List<Cidr> blocks() {
        return BLOCKS.getOrDefault(this, List.of());
    }

    /** Whether no policy can open addresses of this scope. */
    public boolean isForbidden() {
        return this != PUBLIC && this != PRIVATE;
    }

    /** Whether {@code block} lies within one block of this scope. */
    boolean encloses(Cidr block) {
        for (Cidr mine : blocks()) {
            if (mine.prefix() <= block.prefix() && mine.contains(block.base())) {
                return true;
            }
        }
        return false;
    }

    private boolean holds(InetAddress address) {
        for (Cidr block : blocks()) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
