package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.domain.sandbox.SandboxId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes that a sandbox is used, as requests to its own services are noted. */
final class SandboxUse {

    private static final Logger log = LoggerFactory.getLogger(SandboxUse.class);

    private final RenewOnAccess renewOnAccess;

    SandboxUse(RenewOnAccess renewOnAccess) {
        this.renewOnAccess = renewOnAccess;
    }

    /** Whoever uses it is not to be told that it could not be noted. */
    void note(SandboxId sandbox) {
        try {
            renewOnAccess.renew(sandbox);
        } catch (RuntimeException failed) {
            log.warn("Sandbox {} was used, but not renewed: {}", sandbox, failed.getMessage());
        }
    }
}
