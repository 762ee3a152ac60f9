package dev.sandkeep.application.exec;

import dev.sandkeep.application.exec.KnownCommands.Known;
import dev.sandkeep.domain.exec.CommandStatus;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.SandboxId;

/** Tells where a command is, whether it was started by this server or by one before it. */
public final class FindCommandStatus {

    private final KnownCommands known;
    private final BackgroundCommands background;

    public FindCommandStatus(SandboxShell shells, KnownCommands known) {
        this.known = known;
        this.background = new BackgroundCommands(shells);
    }

    /**
     * Finds a command of either kind.
     *
     * @throws ExecException.CommandNotFound if there is none of this id, or it ended long ago
     */
    public CommandStatus find(SandboxId sandbox, String id) {
        return known.find(sandbox, id).map(Known::status).orElseGet(() -> background.get(sandbox, id));
    }
}
