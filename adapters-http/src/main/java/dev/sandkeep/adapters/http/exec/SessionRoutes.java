package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.exec.CreateSession;
import dev.sandkeep.application.exec.DeleteSession;
import dev.sandkeep.application.exec.RunInSession;
import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.domain.exec.Command;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.util.Map;

/** Sessions in sandboxes, and the commands that share one. */
public final class SessionRoutes implements Routes {

    private final CreateSession createSession;
    private final RunInSession runInSession;
    private final DeleteSession deleteSession;
    private final SandboxUse use;
    private final InstantSource clock;

    public SessionRoutes(
            CreateSession createSession,
            RunInSession runInSession,
            DeleteSession deleteSession,
            RenewOnAccess renewOnAccess,
            InstantSource clock) {
        this.createSession = createSession;
        this.runInSession = runInSession;
        this.deleteSession = deleteSession;
        this.use = new SandboxUse(renewOnAccess);
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String base : ExecPath.BASES) {
            routes.post(base + "/session", this::create);
            routes.post(base + "/session/{id}/run", this::run);
            routes.delete(base + "/session/{id}", this::delete);
        }
    }

    private void create(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        String id = createSession.create(sandbox, SessionRequests.directory(context.bodyAsBytes()));
        use.note(sandbox);
        context.contentType("application/json").result(Json.write(Map.of("session_id", id)));
    }

    private void run(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        Command command = SessionRequests.run(Json.parse(context.bodyAsBytes()));
        CommandEvents.tell(
                context,
                clock,
                () -> use.note(sandbox),
                events -> events.follow(() -> runInSession.run(sandbox, context.pathParam("id"), command, events)));
    }

    private void delete(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        deleteSession.delete(sandbox, context.pathParam("id"));
        use.note(sandbox);
    }
}
