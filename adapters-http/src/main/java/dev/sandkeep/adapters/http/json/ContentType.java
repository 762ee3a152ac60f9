package dev.sandkeep.adapters.http.json;

import dev.sandkeep.adapters.http.error.ErrorCode;
import dev.sandkeep.adapters.http.error.RefusedRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a request says about the format of its body. */
public final class ContentType {

    private static final String JSON = "application/(json|[a-z0-9.-]+\\+json)\\s*(;.*)?";

    private ContentType() {}

    /**
     * Checks a content type; none at all is taken for JSON.
     *
     * @throws RefusedRequest if it is another one
     */
    public static void requireJson(@Nullable String type) {
        if (type != null && !type.toLowerCase(Locale.ROOT).matches(JSON)) {
            throw new RefusedRequest(ErrorCode.INVALID_REQUEST, "Content-Type: must be application/json");
        }
    }
}
