package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.lifecycle.ChangeMetadata;
import dev.sandkeep.application.lifecycle.PauseSandbox;
import dev.sandkeep.application.lifecycle.RenewSandbox;
import dev.sandkeep.application.lifecycle.ResumeSandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.List;

/** What can be done to a sandbox that is there: pause it, resume it, renew its expiration, change its labels. */
public final class SandboxChangeRoutes implements Routes {

    private static final List<String> PREFIXES = List.of("/v1", "");

    private final PauseSandbox pauseSandbox;
    private final ResumeSandbox resumeSandbox;
    private final RenewSandbox renewSandbox;
    private final ChangeMetadata changeMetadata;

    public SandboxChangeRoutes(
            PauseSandbox pauseSandbox,
            ResumeSandbox resumeSandbox,
            RenewSandbox renewSandbox,
            ChangeMetadata changeMetadata) {
        this.pauseSandbox = pauseSandbox;
        this.resumeSandbox = resumeSandbox;
        this.renewSandbox = renewSandbox;
        this.changeMetadata = changeMetadata;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String prefix : PREFIXES) {
            routes.post(prefix + "/sandboxes/{sandboxId}/pause", this::pause);
            routes.post(prefix + "/sandboxes/{sandboxId}/resume", this::resume);
            routes.post(prefix + "/sandboxes/{sandboxId}/renew-expiration", this::renew);
            routes.patch(prefix + "/sandboxes/{sandboxId}/metadata", this::patchMetadata);
        }
    }

    private void pause(Context context) {
        pauseSandbox.pause(SandboxPath.id(context));
        context.status(HttpStatus.ACCEPTED);
    }

    private void resume(Context context) {
        resumeSandbox.resume(SandboxPath.id(context));
        context.status(HttpStatus.ACCEPTED);
    }

    private void renew(Context context) {
        SandboxId id = SandboxPath.id(context);
        RenewalRequest request = RenewalRequest.from(JsonBody.read(context));
        answer(context, RenewalResponse.from(renewSandbox.renew(id, request.expiresAt())));
    }

    private void patchMetadata(Context context) {
        SandboxId id = SandboxPath.id(context);
        MetadataPatchRequest request = MetadataPatchRequest.from(JsonBody.read(context));
        answer(context, SandboxResponse.from(changeMetadata.patch(id, request.labels())));
    }

    private static void answer(Context context, Object body) {
        context.contentType("application/json").result(Json.write(body));
    }
}
