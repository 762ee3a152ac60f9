package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.SandboxId;

/** Finds whether commands run in a sandbox that nobody waits for. */
public final class FindRunningWork {

    private static final int MOST = 16;

    private final SandboxShell shells;

    public FindRunningWork(SandboxShell shells) {
        this.shells = shells;
    }

    /** Whether a background command runs, whichever server began it. Nothing runs where there is no shell. Blocks. */
    public boolean isRunning(SandboxId sandbox) {
        try {
            return "1"
                    .equals(shells.callToEnd(sandbox, null, MOST, _ -> SCRIPT)
                            .text()
                            .strip());
        } catch (ExecException.NotStarted noShell) {
            return false;
        }
    }

    private static final String SCRIPT = "f=0; for b in " + StateDirectory.PLACES + "; do for d in \"$b/"
            + StateDirectory.NAME + "\"/*/; do [ -f \"$d/meta\" ] && [ ! -s \"$d/end\" ] || continue\n"
            + "read -r p w t n u <\"$d/meta\"\n" + BackgroundCommands.ALIVE + "[ $a = 0 ] || f=1\ndone; done\necho $f";
}
