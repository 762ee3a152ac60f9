package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.persistence.SecretKeyFile;
import dev.sandkeep.bootstrap.config.ServerConfig;
import java.util.Base64;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** What seals secrets in the database, and what the tokens of sandboxes are computed from. */
final class ServerSecret {

    private ServerSecret() {}

    /** The key that is configured, else the one in the data directory, which is then made if there is none. */
    static SecretKey of(ServerConfig config) {
        String given = config.database().secretKey();
        return given == null
                ? SecretKeyFile.readOrCreate(config.dataDirectory())
                : new SecretKeySpec(Base64.getDecoder().decode(given), "AES");
    }
}
