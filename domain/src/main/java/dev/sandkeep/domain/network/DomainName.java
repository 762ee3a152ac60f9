package dev.sandkeep.domain.network;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;

/** A fully qualified domain name in lower case, ASCII form (RFC 1035, RFC 5890), without the trailing dot. */
public record DomainName(String value) {

    private static final int MAX_NAME = 253;
    private static final int MAX_LABEL = 63;

    public DomainName {
        if (!isValid(value)) {
            throw new IllegalArgumentException("Not a domain name in normal form");
        }
    }

    /** The name in {@code text} in normal form, or nothing if it is not a domain name. */
    public static Optional<DomainName> find(String text) {
        String trimmed = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        if (trimmed.isEmpty() || trimmed.length() > 1024) {
            return Optional.empty();
        }
        try {
            String ascii = isAscii(trimmed) ? trimmed : IDN.toASCII(trimmed, IDN.ALLOW_UNASSIGNED);
            String name = ascii.toLowerCase(Locale.ROOT);
            return isValid(name) ? Optional.of(new DomainName(name)) : Optional.empty();
        } catch (IllegalArgumentException notInternationalised) {
            return Optional.empty();
        }
    }

    /** A policy may name thousands, and is read often, so what needs no conversion goes without. */
    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7F) {
                return false;
            }
        }
        return true;
    }

    /** Whether this name lies below {@code parent}, at any depth. */
    public boolean isBelow(DomainName parent) {
        int dot = value.length() - parent.value.length() - 1;
        return dot > 0 && value.charAt(dot) == '.' && value.endsWith(parent.value);
    }

    private static boolean isValid(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            return false;
        }
        int start = 0;
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', start)) {
            if (!isLabel(name, start, dot)) {
                return false;
            }
            start = dot + 1;
        }
        return isLabel(name, start, name.length()) && !isNumber(name, start);
    }

    /** Letters, digits and, not at its ends, hyphens; underscores as service names have them (RFC 8552). */
    private static boolean isLabel(String name, int start, int end) {
        if (start == end || end - start > MAX_LABEL || name.charAt(start) == '-' || name.charAt(end - 1) == '-') {
            return false;
        }
        for (int i = start; i < end; i++) {
            char c = name.charAt(i);
            if (!isLetter(c) && !isDigit(c) && c != '-' && c != '_') {
                return false;
            }
        }
        return true;
    }

    /** What ends in a number is read as an address by URL parsers, and never is a name (RFC 3696). */
    private static boolean isNumber(String name, int start) {
        boolean hexadecimal = name.startsWith("0x", start);
        for (int i = hexadecimal ? start + 2 : start; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isDigit(c) && !(hexadecimal && c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    @Override
    public String toString() {
        return value;
    }
}
