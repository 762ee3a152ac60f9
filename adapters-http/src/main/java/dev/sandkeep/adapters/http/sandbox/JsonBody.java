package dev.sandkeep.adapters.http.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.json.ContentType;
import dev.sandkeep.adapters.http.json.Json;
import io.javalin.http.Context;

/** The body of a request that must have one. */
final class JsonBody {

    private JsonBody() {}

    /** @throws dev.sandkeep.adapters.http.error.RefusedRequest if it says to be something else than JSON, or is */
    static JsonNode read(Context context) {
        ContentType.requireJson(context.contentType());
        return Json.parse(context.bodyAsBytes());
    }
}
