package dev.sandkeep.adapters.http.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.Metadata;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A JSON merge patch (RFC 7396) of labels. */
record MetadataPatchRequest(Map<String, @Nullable String> labels) {

    /** Enough to replace all labels by others. */
    private static final int MAX_ENTRIES = 2 * Metadata.MAX_LABELS;

    /** @throws InvalidValue naming every value that is neither a string nor null */
    static MetadataPatchRequest from(JsonNode body) {
        if (!body.isObject()) {
            throw new InvalidValue("body", "must be a JSON object whose values are strings or null");
        }
        Problems problems = new Problems();
        JsonNode named = JsonNodeFactory.instance.objectNode().set("metadata", body);
        Map<String, @Nullable String> labels =
                JsonObject.root(named, problems).textMapWithNulls("metadata", MAX_ENTRIES);
        problems.throwIfAny();
        return new MetadataPatchRequest(Objects.requireNonNull(labels));
    }
}
