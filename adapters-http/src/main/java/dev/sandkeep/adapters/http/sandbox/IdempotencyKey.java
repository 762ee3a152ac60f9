package dev.sandkeep.adapters.http.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.lifecycle.CreateSandbox.Idempotency;
import dev.sandkeep.domain.problem.InvalidValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code Idempotency-Key} header: under the same key, the same request makes one sandbox only. */
final class IdempotencyKey {

    static final String HEADER = "Idempotency-Key";

    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private IdempotencyKey() {}

    /**
     * @param headers the values of all headers of that name
     * @param owner the caller; keys of different callers never meet
     * @return null if there is no key
     * @throws InvalidValue if there is more than one, or it is malformed
     */
    static @Nullable Idempotency read(List<String> headers, String owner, JsonNode body) {
        if (headers.isEmpty()) {
            return null;
        }
        if (headers.size() > 1 || !VISIBLE.matcher(headers.getFirst()).matches()) {
            throw new InvalidValue(HEADER, "must be sent once, as 1 to 255 visible ASCII characters");
        }
        return new Idempotency(owner, headers.getFirst(), fingerprint(body));
    }

    /** Equal for equal JSON, in whatever order and with whatever spaces it was written. */
    private static String fingerprint(JsonNode body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Json.write(body)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }
}
