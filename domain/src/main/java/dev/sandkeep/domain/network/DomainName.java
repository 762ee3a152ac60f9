package dev.sandkeep.domain.network;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A fully qualified domain name in lower case, ASCII form (RFC 1035, RFC 5890), without the trailing dot. */
public record DomainName(String value) {

    /** One label: letters, digits, hyphen; underscore as service names have it (RFC 8552). */
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");

    private static final Pattern ALL_DIGITS_OR_HEX = Pattern.compile("\\d+|0x[0-9a-f]*");

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
            String ascii = IDN.toASCII(trimmed, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
            return isValid(ascii) ? Optional.of(new DomainName(ascii)) : Optional.empty();
        } catch (IllegalArgumentException notInternationalised) {
            return Optional.empty();
        }
    }

    /** Whether this name lies below {@code parent}, at any depth. */
    public boolean isBelow(DomainName parent) {
        int dot = value.length() - parent.value.length() - 1;
        return dot > 0 && value.charAt(dot) == '.' && value.endsWith(parent.value);
    }

    private static boolean isValid(String name) {
        if (name.isEmpty() || name.length() > 253) {
            return false;
        }
        String[] labels = name.split("\\.", -1);
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                return false;
            }
        }
        // What ends in a number is read as an address by URL parsers, and never is a name (RFC 3696).
        return !ALL_DIGITS_OR_HEX.matcher(labels[labels.length - 1]).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
