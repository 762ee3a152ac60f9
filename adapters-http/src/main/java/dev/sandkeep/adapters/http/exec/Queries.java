package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.domain.problem.InvalidValue;
import io.javalin.http.Context;

/** Parameters of requests. */
final class Queries {

    private Queries() {}

    static String required(Context context, String name) {
        String value = context.queryParam(name);
        if (value == null || value.isEmpty()) {
            throw new InvalidValue(name, "is required, as a query parameter");
        }
        return value;
    }
}
