package dev.sandkeep.adapters.http.auth;

import java.util.List;
import java.util.Optional;

/** The API keys that open this server. Immutable. */
public final class ApiKeys {

    /** The request header that carries the key. */
    public static final String HEADER = "OPEN-SANDBOX-API-KEY";

    private final List<ApiKey> keys;

    /** @throws IllegalArgumentException if there is none, or two share a name */
    public ApiKeys(List<ApiKey> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("At least one API key is needed");
        }
        if (keys.stream().map(ApiKey::name).distinct().count() < keys.size()) {
            throw new IllegalArgumentException("Two API keys have the same name");
        }
        this.keys = List.copyOf(keys);
    }

    /** The key with this text. Looks at all keys, so that the time taken tells nothing. */
    public Optional<ApiKey> find(String text) {
        byte[] hash = ApiKey.sha256(text);
        Optional<ApiKey> found = Optional.empty();
        for (ApiKey key : keys) {
            if (key.hasHash(hash)) {
                found = Optional.of(key);
            }
        }
        return found;
    }
}
