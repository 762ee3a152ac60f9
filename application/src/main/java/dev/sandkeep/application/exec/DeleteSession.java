package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.SandboxId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a session, and kills what runs in it. */
public final class DeleteSession {

    private static final Logger log = LoggerFactory.getLogger(DeleteSession.class);

    private final SessionFiles sessions;

    public DeleteSession(SandboxShell shells) {
        this.sessions = new SessionFiles(shells);
    }

    /**
     * Ends a session; what runs in it is told as killed to whoever follows it.
     *
     * @throws ExecException.SessionNotFound if there is no session of this id
     */
    public void delete(SandboxId sandbox, String id) {
        sessions.delete(sandbox, id);
        log.info("Sandbox {}: session {} ends", sandbox, id);
    }
}
