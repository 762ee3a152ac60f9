package dev.sandkeep.egress.policy;

import org.jspecify.annotations.Nullable;

/** A request whose sender holds the key. */
final class Call {

    private final String method;
    private final String query;
    private final byte[] body;
    private final @Nullable Long revision;

    Call(String method, @Nullable String query, byte[] body, @Nullable Long revision) {
        this.method = method;
        this.query = query == null ? "" : query;
        this.body = body.clone();
        this.revision = revision;
    }

    String method() {
        return method;
    }

    /** Without the question mark; empty if there is none. */
    String query() {
        return query;
    }

    boolean hasBody() {
        return body.length > 0;
    }

    /** The body, or null if there is none. */
    @Nullable
    Object json() {
        return Json.read(body);
    }

    /** The revision that the sender signed, or null if it showed the key. */
    @Nullable
    Long revision() {
        return revision;
    }
}
