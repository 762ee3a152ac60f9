package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.proxy.ProxiedPath;
import dev.sandkeep.application.exec.FindExecAccess;
import dev.sandkeep.application.lifecycle.AwaitSandbox;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;

/** Says whether a sandbox can be worked in. */
public final class ExecRoutes implements Routes {

    /** Less than the public clients wait for an answer. */
    private static final Duration PING_HOLD = Duration.ofSeconds(5);

    private final AwaitSandbox awaitSandbox;
    private final FindExecAccess access;

    public ExecRoutes(AwaitSandbox awaitSandbox, FindExecAccess access) {
        this.awaitSandbox = awaitSandbox;
        this.access = access;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String base : ExecPath.BASES) {
            routes.get(base + "/ping", this::ping);
        }
    }

    @Override
    public boolean serves(ProxiedPath path) {
        return path.port() == ProxiedPath.EXEC_PORT && access.isServed(path.sandbox());
    }

    /** Held while the sandbox is being made, so that a client knows at once when it can begin. */
    private void ping(Context context) {
        awaitSandbox.await(ExecPath.sandbox(context), PING_HOLD).requireReachable();
    }
}
