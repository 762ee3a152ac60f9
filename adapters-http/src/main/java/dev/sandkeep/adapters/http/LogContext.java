package dev.sandkeep.adapters.http;

import dev.sandkeep.adapters.http.auth.Caller;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.slf4j.MDC;

/** Puts the ids of a request, and of the sandbox that its path names, into every line that its thread logs. */
final class LogContext implements AutoCloseable {

    private static final Pattern SANDBOX = Pattern.compile("(?:/v1)?/sandboxes/([0-9a-f-]{36})(?:/.*)?");

    private LogContext() {}

    static LogContext of(Request request) {
        MDC.put("requestId", RequestId.of(request));
        Matcher sandbox = SANDBOX.matcher(String.valueOf(request.getHttpURI().getPath()));
        if (sandbox.matches()) {
            MDC.put("sandboxId", sandbox.group(1));
        }
        return new LogContext();
    }

    /** The same for a request whose sender is known by now. */
    static LogContext ofAnswered(Request request) {
        LogContext context = of(request);
        MDC.put("caller", Caller.nameOf(request));
        return context;
    }

    @Override
    public void close() {
        MDC.remove("requestId");
        MDC.remove("sandboxId");
        MDC.remove("caller");
    }
}
