package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.adapters.http.error.ErrorCode;
import dev.sandkeep.adapters.http.error.RefusedRequest;
import dev.sandkeep.domain.sandbox.Metadata;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The query parameter {@code metadata}: labels that must all be there. */
public final class MetadataFilter {

    private MetadataFilter() {}

    /**
     * The one parameter holds a query string of its own, so its names and values are decoded once more.
     *
     * @param given the decoded values of the parameter
     * @throws RefusedRequest if it cannot be read
     */
    public static Map<String, String> parse(List<String> given) {
        if (given.size() > 1) {
            throw malformed();
        }
        if (given.isEmpty() || given.getFirst().isEmpty()) {
            return Map.of();
        }
        Map<String, String> labels = new HashMap<>();
        for (String pair : given.getFirst().split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw malformed();
            }
            labels.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
        if (labels.size() > Metadata.MAX_LABELS) {
            throw malformed();
        }
        return labels;
    }

    private static String decode(String encoded) {
        try {
            String decoded = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
            if (decoded.indexOf('\0') >= 0) {
                throw malformed();
            }
            return decoded;
        } catch (IllegalArgumentException brokenPercentEncoding) {
            throw malformed();
        }
    }

    private static RefusedRequest malformed() {
        return new RefusedRequest(
                ErrorCode.INVALID_METADATA_FORMAT,
                "metadata: must be given once, as key=value pairs joined with '&', at most " + Metadata.MAX_LABELS
                        + ", percent-encoded as one query parameter");
    }
}
