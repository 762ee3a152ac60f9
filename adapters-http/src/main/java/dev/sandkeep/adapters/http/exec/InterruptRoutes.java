package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.application.code.InterruptCode;
import dev.sandkeep.application.exec.InterruptCommand;
import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/**
 * Interrupts what runs in a sandbox: by the id of a command, of a session, or of a code context, which is what the events
 * of each begin with. Public clients use both paths for all of them.
 */
public final class InterruptRoutes implements Routes {

    private final InterruptCode interruptCode;
    private final InterruptCommand interruptCommand;
    private final SandboxUse use;

    public InterruptRoutes(
            InterruptCode interruptCode, InterruptCommand interruptCommand, RenewOnAccess renewOnAccess) {
        this.interruptCode = interruptCode;
        this.interruptCommand = interruptCommand;
        this.use = new SandboxUse(renewOnAccess);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String base : ExecPath.BASES) {
            routes.delete(base + "/command", this::interrupt);
            routes.delete(base + "/code", this::interrupt);
        }
    }

    private void interrupt(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        String id = Queries.required(context, "id");
        if (!interruptCode.interrupt(sandbox, id)) {
            interruptCommand.interrupt(sandbox, id);
        }
        use.note(sandbox);
    }
}
