package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.error.ErrorCode;
import dev.sandkeep.adapters.http.error.RefusedRequest;
import dev.sandkeep.adapters.http.proxy.ProxiedPath;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.http.Context;
import java.util.List;

/** Where the execution API of a sandbox is. */
final class ExecPath {

    /** What its paths begin with; the port may come with a signature. */
    static final List<String> BASES =
            List.of("/v1/sandboxes/{sandboxId}/proxy/{port}", "/sandboxes/{sandboxId}/proxy/{port}");

    private ExecPath() {}

    /** The sandbox that a request is for. Other ports have no such routes. */
    static SandboxId sandbox(Context context) {
        if (context.attribute(ProxiedPath.class.getName()) instanceof ProxiedPath path
                && path.port() == ProxiedPath.EXEC_PORT) {
            return path.sandbox();
        }
        throw new RefusedRequest(ErrorCode.NOT_FOUND, "There is no such route");
    }
}
