package dev.sandkeep.adapters.http.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs webhooks. Immutable.
 *
 * @see <a href="https://www.standardwebhooks.com">Standard Webhooks</a>
 */
public final class WebhookSecret {

    public static final String PREFIX = "whsec_";

    private static final int LEAST_BYTES = 24;
    private static final int MOST_BYTES = 64;

    private final SecretKeySpec key;

    private WebhookSecret(byte[] key) {
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    /**
     * Reads a secret as it is written.
     *
     * @throws IllegalArgumentException if it is not {@value #PREFIX} and 24 to 64 bytes in Base64; the text is not
     *     repeated
     */
    public static WebhookSecret parse(String text) {
        if (text.startsWith(PREFIX)) {
            byte[] key = Base64.getDecoder().decode(text.substring(PREFIX.length()));
            if (key.length >= LEAST_BYTES && key.length <= MOST_BYTES) {
                return new WebhookSecret(key);
            }
        }
        throw new IllegalArgumentException("A webhook secret is " + PREFIX + " and 24 to 64 bytes in Base64");
    }

    /** The value of the header {@code webhook-signature}. */
    String sign(String id, long timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", missing);
        }
    }

    @Override
    public String toString() {
        return "WebhookSecret[***]";
    }
}
