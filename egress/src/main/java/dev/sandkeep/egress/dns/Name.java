package dev.sandkeep.egress.dns;

import dev.sandkeep.domain.network.DomainName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A name as it is on the wire: labels of any octets, each after its length, up to the empty one (RFC 1035, section
 * 3.1). Names that differ only in the case of ASCII letters are equal (RFC 4343).
 */
final class Name {

    static final int MAX_LENGTH = 255;
    static final int MAX_LABEL = 63;

    private final byte[] octets;

    private Name(byte[] octets) {
        this.octets = octets;
    }

    /** The name in the first {@code length} of these octets, which hold whole labels and the empty one at the end. */
    static Name of(byte[] octets, int length) {
        return new Name(Arrays.copyOf(octets, length));
    }

    /** The octets without compression, in the case in which they came. */
    byte[] octets() {
        return octets.clone();
    }

    int length() {
        return octets.length;
    }

    boolean isRoot() {
        return octets.length == 1;
    }

    /**
     * The name as the policy knows it, or nothing if it is not the name of a host or service. Labels may hold anything
     * on the wire, dots too; only those of letters, digits, hyphens and underscores get through, so that no two
     * different sequences of labels ever become the same text.
     */
    Optional<DomainName> toDomainName() {
        if (isRoot()) {
            return Optional.empty();
        }
        byte[] text = new byte[octets.length - 2];
        for (int at = 0; octets[at] != 0; at += octets[at] + 1) {
            if (at > 0) {
                text[at - 1] = '.';
            }
            for (int i = at + 1; i <= at + octets[at]; i++) {
                byte octet = lowerCase(octets[i]);
                if (!isOfHostName(octet)) {
                    return Optional.empty();
                }
                text[i - 1] = octet;
            }
        }
        try {
            return Optional.of(new DomainName(new String(text, StandardCharsets.US_ASCII)));
        } catch (IllegalArgumentException notOfAHost) {
            return Optional.empty();
        }
    }

    private static boolean isOfHostName(byte octet) {
        return (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9') || octet == '-' || octet == '_';
    }

    private static byte lowerCase(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + ('a' - 'A')) : octet;
    }

    /** A length octet is at most 63, below every letter, so lower-casing all octets leaves the lengths alone. */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Name name) || name.octets.length != octets.length) {
            return false;
        }
        for (int i = 0; i < octets.length; i++) {
            if (lowerCase(octets[i]) != lowerCase(name.octets[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (byte octet : octets) {
            hash = 31 * hash + lowerCase(octet);
        }
        return hash;
    }
}
