package dev.sandkeep.adapters.http.error;

import java.io.Serial;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A service inside a sandbox could not be reached, or did not answer. The message is for the client. */
public final class BackendFailure extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final @Nullable Duration retryAfter;

    /** @param retryAfter when trying again makes sense, or null if nobody can tell */
    public BackendFailure(ErrorCode code, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    public ErrorCode code() {
        return code;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
