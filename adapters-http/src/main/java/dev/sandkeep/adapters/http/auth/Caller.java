package dev.sandkeep.adapters.http.auth;

import io.javalin.http.Context;
import org.eclipse.jetty.server.Request;

/**
 * Who sent a request.
 *
 * @param name the name of the API key
 * @param administrator whether it may administer the server
 */
public record Caller(String name, boolean administrator) {

    private static final String ATTRIBUTE = Caller.class.getName();

    /** Whoever sent this key. */
    public static Caller of(ApiKey key) {
        return new Caller(key.name(), key.isAdministrator());
    }

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
