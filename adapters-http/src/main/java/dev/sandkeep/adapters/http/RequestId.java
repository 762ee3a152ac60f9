package dev.sandkeep.adapters.http;

import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;

/** The id under which a request is found in the log: the client's own if it is harmless, else a new one. */
final class RequestId {

    static final String HEADER = "X-Request-ID";

    private static final String ATTRIBUTE = RequestId.class.getName();
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private RequestId() {}

    /** Always the same for the same request. */
    static String of(Request request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String known) {
            return known;
        }
        List<String> given = request.getHeaders().getValuesList(HEADER);
        String id = given.size() == 1 && HARMLESS.matcher(given.getFirst()).matches()
                ? given.getFirst()
                : UUID.randomUUID().toString();
        request.setAttribute(ATTRIBUTE, id);
        return id;
    }
}
