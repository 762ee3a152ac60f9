package dev.sandkeep.application.terminal;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;

/** Ends a terminal with all that runs there. */
public final class EndTerminal {

    private final Terminals terminals;

    public EndTerminal(Terminals terminals) {
        this.terminals = terminals;
    }

    /**
     * Kills what runs there; it is forgotten afterwards.
     *
     * @throws ExecException.TerminalNotFound if there is none of this id in the sandbox
     * @throws SandboxException.NotReachable if the sandbox is paused
     */
    public void end(SandboxId sandbox, String id) {
        Terminal terminal = terminals.get(sandbox, id);
        terminal.end();
        terminals.remove(terminal);
    }
}
