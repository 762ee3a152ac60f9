package dev.sandkeep.adapters.http.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * The tokens that open one sandbox's routes to whoever was given them, and nothing else. A token is computed from the
 * sandbox's id and a secret of the server, so it is stored nowhere, the same after a restart, and no two sandboxes share
 * one. Immutable.
 */
public final class SandboxTokens {

    /** The request header that carries the token for the network policy of a sandbox. */
    public static final String EGRESS_HEADER = "OPENSANDBOX-EGRESS-AUTH";

    private static final int TOKEN_BYTES = 24;

    private final SecretKey secret;

    public SandboxTokens(SecretKey secret) {
        this.secret = secret;
    }

    /** The token for the network policy of this sandbox, URL-safe. */
    public String egress(String sandboxId) {
        return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(hmac("egress-token\n" + sandboxId), TOKEN_BYTES));
    }

    /** Takes the same time whether it is the token or not. */
    public boolean isEgress(String sandboxId, String presented) {
        return MessageDigest.isEqual(
                egress(sandboxId).getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", missing);
        }
    }
}
