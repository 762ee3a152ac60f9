package dev.sandkeep.adapters.http.error;

import java.io.Serial;

/** The request itself is at fault, before any use case saw it. The message is for the client and echoes no value. */
public final class RefusedRequest extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public RefusedRequest(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
