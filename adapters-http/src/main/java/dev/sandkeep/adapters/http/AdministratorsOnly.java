package dev.sandkeep.adapters.http;

import dev.sandkeep.adapters.http.auth.Caller;
import dev.sandkeep.adapters.http.error.ErrorCode;
import dev.sandkeep.adapters.http.error.RefusedRequest;
import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import java.util.regex.Pattern;

/** Keeps everybody but administrators from the routes that are for whoever operates the server. */
final class AdministratorsOnly {

    private static final Pattern ADMIN = Pattern.compile("(/v1)?/admin/.*");

    private AdministratorsOnly() {}

    /** Looks at the route that was found, so that no other way to write its path goes around this. */
    static void guard(Context context) {
        Endpoint endpoint = context.endpoints().matchedHttpEndpoint();
        if (endpoint != null
                && ADMIN.matcher(endpoint.path).matches()
                && !Caller.of(context).administrator()) {
            throw new RefusedRequest(
                    ErrorCode.FORBIDDEN,
                    "This is for administrators of the server, and your API key is not one of theirs (api.admin-keys)");
        }
    }
}
