package dev.sandkeep.egress.policy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that the server shares with this worker. Whoever holds it may show it, or sign with it: a signed request
 * tells nothing to a process of the sandbox that took our port while we were away.
 */
public final class ApiKey {

    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] shown;
    private final SecretKeySpec key;

    /**
     * The key that is written as {@code hex}.
     *
     * @param hex at least 32 digits
     */
    public ApiKey(String hex) {
        if (hex.length() < 32) {
            throw new IllegalArgumentException("The key must have at least 32 hexadecimal digits");
        }
        this.shown = hex.getBytes(StandardCharsets.UTF_8);
        this.key = new SecretKeySpec(HexFormat.of().parseHex(hex), ALGORITHM);
    }

    boolean isShownAs(String header) {
        return MessageDigest.isEqual(shown, header.getBytes(StandardCharsets.UTF_8));
    }

    boolean signed(String signature, String method, String path, String revision, byte[] body) {
        byte[] expected = signature(method, path, revision, body).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8));
    }

    /** The signature of a request, in lower-case hexadecimal digits. */
    String signature(String method, String path, String revision, byte[] body) {
        return hmac(method + "\n" + path + "\n" + revision + "\n", body);
    }

    /** What shows whoever signed a request that its answer comes from somebody who knows the key. */
    String proof(String signature, int status, long revision, byte[] body) {
        return hmac("answer\n" + signature + "\n" + status + "\n" + revision + "\n", body);
    }

    private String hmac(String head, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(head.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java runtime has " + ALGORITHM, impossible);
        }
    }

    @Override
    public String toString() {
        return "ApiKey[hidden]";
    }
}
