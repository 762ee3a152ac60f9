package dev.sandkeep.adapters.http.proxy;

import dev.sandkeep.adapters.http.error.BackendFailure;
import dev.sandkeep.adapters.http.error.ErrorCode;
import java.net.ConnectException;
import java.time.Duration;

/** What it means for a client that a sandbox did not answer. Never tells an address of the engine's network. */
final class BackendFailures {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private BackendFailures() {}

    /** @param answered whether that port answered before */
    static BackendFailure of(Throwable failure, int port, boolean answered) {
        if (failure instanceof ConnectException && !answered) {
            return new BackendFailure(
                    ErrorCode.PORT_NOT_LISTENING,
                    "Nothing listens at port " + port
                            + " of the sandbox yet; a service that is reached from outside must"
                            + " listen at 0.0.0.0, not at 127.0.0.1",
                    RETRY,
                    failure);
        }
        return new BackendFailure(
                ErrorCode.BACKEND_FAILED,
                "What listened at port " + port + " of the sandbox is gone, or did not answer as HTTP demands",
                null,
                failure);
    }
}
