package dev.sandkeep.adapters.http.auth;

import io.javalin.http.Context;
import org.eclipse.jetty.server.Request;

/**
 * Who sent a request.
 *
 * @param name the name of the API key
 */
public record Caller(String name) {

    private static final String ATTRIBUTE = Caller.class.getName();

    public void attachTo(Request request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** The caller of a request that passed authentication. */
    public static Caller of(Context context) {
        if (context.attribute(ATTRIBUTE) instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("A route that needs a caller is open to everybody");
    }

    /** The name of the caller, or a dash if there is none. */
    public static String nameOf(Request request) {
        return request.getAttribute(ATTRIBUTE) instanceof Caller caller ? caller.name() : "-";
    }
}
