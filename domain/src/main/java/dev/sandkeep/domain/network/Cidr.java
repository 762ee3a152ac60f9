package dev.sandkeep.domain.network;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A block of addresses (RFC 4632, RFC 4291); a single address is a block of full length.
 *
 * @param base its first address; an IPv4-mapped IPv6 address counts as IPv4
 * @param prefix how many leading bits all addresses of the block share, 0..32 or 0..128
 */
public record Cidr(InetAddress base, int prefix) {

    /** Four decimal numbers without leading zeros, which some systems read as octal. */
    private static final String QUAD = "(?:(?:0|[1-9]\\d{0,2})\\.){3}(?:0|[1-9]\\d{0,2})";

    private static final Pattern DOTTED_QUAD = Pattern.compile(QUAD);
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]{2,39}(?:(?<=:)" + QUAD + ")?");
    private static final Pattern PREFIX = Pattern.compile("0|[1-9]\\d{0,2}");

    public Cidr {
        if (prefix < 0 || prefix > base.getAddress().length * 8) {
            throw new IllegalArgumentException("Prefix out of range");
        }
        base = firstOf(base, prefix);
    }

    /** The address or block in {@code text}, or nothing if it is neither. No name is ever looked up. */
    public static Optional<Cidr> find(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address = findAddress(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int bits = address.get().getAddress().length * 8;
        if (slash < 0) {
            return Optional.of(new Cidr(address.get(), bits));
        }
        String prefix = text.substring(slash + 1);
        if (!PREFIX.matcher(prefix).matches()) {
            return Optional.empty();
        }
        // The prefix of a mapped IPv4 address counts the 96 bits before it, too.
        int length = Integer.parseInt(prefix) - (text.indexOf(':') >= 0 ? 128 - bits : 0);
        return length >= 0 && length <= bits ? Optional.of(new Cidr(address.get(), length)) : Optional.empty();
    }

    /** The address in {@code text}, which must be a literal in standard form. */
    public static Optional<InetAddress> findAddress(String text) {
        // Most targets are names, which the last character tells: no address ends in any other.
        boolean literal = !text.isEmpty()
                && (text.indexOf(':') >= 0
                        ? IPV6.matcher(text).matches()
                        : Character.digit(text.charAt(text.length() - 1), 10) >= 0
                                && DOTTED_QUAD.matcher(text).matches());
        if (!literal) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** The IPv4 address that an IPv4-mapped IPv6 address stands for; any other address as it is. */
    static InetAddress unmapped(InetAddress address) {
        try {
            // The factory itself reads mapped addresses as IPv4.
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("An address of a legal length was refused", impossible);
        }
    }

    public boolean contains(InetAddress address) {
        return address.getAddress().length == base.getAddress().length
                && firstOf(address, prefix).equals(base);
    }

    public boolean isSingle() {
        return prefix == base.getAddress().length * 8;
    }

    private static InetAddress firstOf(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        int whole = prefix / 8;
        if (whole < bytes.length) {
            bytes[whole] &= (byte) (0xFF00 >> prefix % 8);
            Arrays.fill(bytes, whole + 1, bytes.length, (byte) 0);
        }
        return ofBytes(bytes, address);
    }

    private static InetAddress ofBytes(byte[] bytes, InetAddress like) {
        try {
            // A block of IPv6 stays one even where its first address looks like a mapped IPv4 address.
            return like instanceof Inet4Address
                    ? InetAddress.getByAddress(bytes)
                    : Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("An address of a legal length was refused", impossible);
        }
    }

    @Override
    public String toString() {
        return isSingle() ? base.getHostAddress() : base.getHostAddress() + "/" + prefix;
    }
}
