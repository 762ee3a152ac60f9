package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.persistence.SecretKeyFile;
import dev.sandkeep.bootstrap.config.ConfigException;
import dev.sandkeep.bootstrap.config.ServerConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The key that seals what is secret in the database, and that tokens are derived from. */
final class SecretKeys {

    private static final int FINGERPRINT_BYTES = 4;

    private SecretKeys() {}

    /** The configured one, else the one in the data directory, which is made if there is none. */
    static SecretKey of(ServerConfig config) {
        String given = config.database().secretKey();
        if (given != null) {
            return new SecretKeySpec(Base64.getDecoder().decode(given), "AES");
        }
        try {
            return SecretKeyFile.readOrCreate(config.dataDirectory());
        } catch (IllegalStateException unusable) {
            throw new ConfigException("data.dir: " + unusable.getMessage(), unusable);
        }
    }

    /** Equal for equal keys, and of no use for anything else. */
    static String fingerprint(SecretKey key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getEncoded(), "HmacSHA256"));
            byte[] digest = mac.doFinal("fingerprint".getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, FINGERPRINT_BYTES));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java has HmacSHA256", impossible);
        }
    }
}
