package dev.sandkeep.application.terminal;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.SandboxId;

/** Finds a terminal. */
public final class FindTerminal {

    private final Terminals terminals;

    public FindTerminal(Terminals terminals) {
        this.terminals = terminals;
    }

    /**
     * What a terminal does.
     *
     * @throws ExecException.TerminalNotFound if there is none of this id in the sandbox
     */
    public TerminalStatus find(SandboxId sandbox, String id) {
        return terminals.get(sandbox, id).status();
    }
}
