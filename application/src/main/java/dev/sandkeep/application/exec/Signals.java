package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.sandbox.SandboxId;
import org.jspecify.annotations.Nullable;

/** Sends signals to process groups in sandboxes. */
public final class Signals {

    private final SandboxShell shells;

    public Signals(SandboxShell shells) {
        this.shells = shells;
    }

    /** Interrupts what is done by a group, as Ctrl-C does; a group that has none any more is fine. */
    public void interrupt(SandboxId sandbox, long group) {
        send(sandbox, group, null, "INT");
    }

    /** Asks all processes of a group to end; a group that has none any more is fine. */
    public void terminate(SandboxId sandbox, long group) {
        send(sandbox, group, null, "TERM");
    }

    /** Ends all processes of a group; a group that has none any more is fine. */
    public void kill(SandboxId sandbox, long group, @Nullable ExecUser user) {
        send(sandbox, group, user, "KILL");
    }

    private void send(SandboxId sandbox, long group, @Nullable ExecUser user, String signal) {
        shells.callToEnd(sandbox, user, 0, _ -> "kill -" + signal + " -" + group + " 2>/dev/null");
    }
}
