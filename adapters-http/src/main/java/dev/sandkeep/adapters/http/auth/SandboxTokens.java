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

    /** The request header that carries the token for the ports of a sandbox; known to the public clients. */
    public static final String ACCESS_HEADER = "OpenSandbox-Secure-Access";

    /** Another header that may carry it, or an API key, to the execution API only; some public clients send it. */
    public static final String EXEC_HEADER = "X-EXECD-ACCESS-TOKEN";

    private static final int TOKEN_BYTES = 24;

    private final SecretKey secret;

    public SandboxTokens(SecretKey secret) {
        this.secret = secret;
    }

    /** The token for the network policy of this sandbox, URL-safe. */
    public String egress(String sandboxId) {
        return token("egress-token", sandboxId);
    }

    /** The token for the ports of this sandbox, URL-safe. */
    public String access(String sandboxId) {
        return token("access-token", sandboxId);
    }

    /** Takes the same time whether it is the token or not. */
    public boolean isAccess(String sandboxId, String presented) {
        return MessageDigest.isEqual(
                access(sandboxId).getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
    }

    private String token(String purpose, String sandboxId) {
        return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(hmac(purpose + "\n" + sandboxId), TOKEN_BYTES));
    }

    /** Takes the same time whether it is the token or not. */
    public boolean isEgress(String sandboxId, String presented) {
        return MessageDigest.isEqual(
                egress(sandboxId).getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What opens the diagnostics of this sandbox without a key.
     *
     * @param expires the second since 1970 after which it is not to open them any more
     */
    public String diagnostics(String sandboxId, String kind, String scope, String expires) {
        byte[] signature = hmac(String.join("\n", "diagnostics", sandboxId, kind, scope, expires));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    }

    /** Takes the same time whether it is the signature or not. */
    public boolean isDiagnostics(String sandboxId, String kind, String scope, String expires, String presented) {
        return MessageDigest.isEqual(
                diagnostics(sandboxId, kind, scope, expires).getBytes(StandardCharsets.UTF_8),
                presented.getBytes(StandardCharsets.UTF_8));
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
