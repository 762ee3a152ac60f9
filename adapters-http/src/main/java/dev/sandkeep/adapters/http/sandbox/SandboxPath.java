package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.http.Context;

/** The sandbox that a path names. */
public final class SandboxPath {

    private SandboxPath() {}

    /** What cannot be an id is no sandbox either. It is not repeated: it may be anything. */
    public static SandboxId id(Context context) {
        return SandboxId.find(context.pathParam("sandboxId"))
                .orElseThrow(() -> new SandboxException.NotFound("with an id that is not a version 4 UUID"));
    }
}
