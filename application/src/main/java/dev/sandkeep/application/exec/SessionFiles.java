package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.Session;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.function.UnaryOperator;

/** Changes what a sandbox itself knows of its sessions, whichever server made them. */
final class SessionFiles {

    private static final int MOST = 1024;

    private final SandboxShell shells;

    SessionFiles(SandboxShell shells) {
        this.shells = shells;
    }

    /**
     * Asks the run of a session that goes on to end, and makes it end after a while; there may be none.
     *
     * @throws ExecException.SessionNotFound if there is no session of this id
     */
    void interrupt(SandboxId sandbox, String id) {
        call(sandbox, id, SessionScript::interrupt);
    }

    /**
     * Ends a session with the run that goes on.
     *
     * @throws ExecException.SessionNotFound if there is no session of this id
     */
    void delete(SandboxId sandbox, String id) {
        call(sandbox, id, SessionScript::delete);
    }

    private void call(SandboxId sandbox, String id, UnaryOperator<String> script) {
        if (!Session.isId(id)) {
            throw new ExecException.SessionNotFound(id);
        }
        ShellResult result = shells.callToEnd(sandbox, null, MOST, _ -> script.apply(id));
        if (result.exitCode() == SessionScript.UNKNOWN) {
            throw new ExecException.SessionNotFound(id);
        }
        if (result.exitCode() != 0) {
            throw new ExecException.Failed("The files of session " + id + " cannot be changed: " + result.errors());
        }
    }
}
