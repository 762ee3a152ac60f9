package dev.sandkeep.adapters.http.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs the way to one port of one sandbox until some time, for who cannot send a header, such as a browser. What is
 * signed is part of the path, so that relative links of a page keep it. Immutable.
 */
public final class EndpointSignatures {

    /** How a signature looks behind the port in a path. */
    public static final String SHAPE = "([0-9a-z]{1,12})-([0-9a-z]{1,12})-([0-9a-z]{1,8})-([0-9a-f]{32})";

    private static final Pattern SIGNATURE = Pattern.compile(SHAPE);
    private static final int MAC_BYTES = 16;
    private static final int RADIX = 36;

    private final Map<String, SecretKey> keys;

    /** @param keys by their ids; the first one signs, all of them verify */
    public EndpointSignatures(Map<String, SecretKey> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("At least one key is needed");
        }
        this.keys = new LinkedHashMap<>(keys);
    }

    /** The one key that a server has without any in its configuration. */
    public static SecretKey derivedFrom(SecretKey secret) {
        return new SecretKeySpec(hmac(secret, "endpoint-signing-key"), "HmacSHA256");
    }

    /**
     * A signature as it stands in a path.
     *
     * @param expires in seconds since 1970, to the base of 36
     * @param generation to the base of 36
     * @param key the id of the key
     * @param mac in hexadecimal
     */
    public record Signature(String expires, String generation, String key, String mac) {

        /** The one that this text is. */
        public static Optional<Signature> find(String text) {
            Matcher matcher = SIGNATURE.matcher(text);
            return matcher.matches()
                    ? Optional.of(new Signature(matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4)))
                    : Optional.empty();
        }

        /** What may be revoked. */
        public long generationNumber() {
            return Long.parseLong(generation, RADIX);
        }

        String text() {
            return expires + "-" + generation + "-" + key + "-" + mac;
        }

        @Override
        public String toString() {
            return "Signature[***]";
        }
    }

    /** What to put behind the port and a dash. */
    public String sign(String sandboxId, int port, Instant expires, long generation) {
        Map.Entry<String, SecretKey> key = keys.entrySet().iterator().next();
        String until = Long.toString(expires.getEpochSecond(), RADIX);
        String count = Long.toString(generation, RADIX);
        return new Signature(until, count, key.getKey(), mac(key.getValue(), sandboxId, port, until, count)).text();
    }

    /** Whether it was signed here for this and has not expired. Takes the same time whatever is wrong with the MAC. */
    public boolean verify(String sandboxId, int port, Signature signature, Instant now) {
        SecretKey key = keys.get(signature.key());
        return key != null
                && MessageDigest.isEqual(
                        mac(key, sandboxId, port, signature.expires(), signature.generation())
                                .getBytes(StandardCharsets.US_ASCII),
                        signature.mac().getBytes(StandardCharsets.US_ASCII))
                && now.getEpochSecond() < Long.parseLong(signature.expires(), RADIX);
    }

    private static String mac(SecretKey key, String sandboxId, int port, String expires, String generation) {
        String text = "endpoint\n" + sandboxId + "\n" + port + "\n" + expires + "\n" + generation + "\n";
        return HexFormat.of().formatHex(Arrays.copyOf(hmac(key, text), MAC_BYTES));
    }

    private static byte[] hmac(SecretKey key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", missing);
        }
    }
}
