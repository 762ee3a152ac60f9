package dev.sandkeep.domain.exec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A value that code has shown.
 *
 * @param count the number of the piece of code whose value it is; 0 if the code showed it on the way
 * @param representations by media type; those that are no text are in base64
 */
public record CodeResult(int count, Map<String, String> representations) {

    public CodeResult {
        representations = Collections.unmodifiableMap(new LinkedHashMap<>(representations));
    }
}
