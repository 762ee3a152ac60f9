package dev.sandkeep.application.terminal;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;

/** Lets somebody come to a terminal. */
public final class AttachTerminal {

    private final Terminals terminals;
    private final SandboxRepository repository;

    public AttachTerminal(Terminals terminals, SandboxRepository repository) {
        this.terminals = terminals;
        this.repository = repository;
    }

    /**
     * Takes a place at a terminal. Whoever does not begin within some seconds loses it.
     *
     * @throws ExecException.TerminalNotFound if there is none of this id in the sandbox
     * @throws ExecException.TerminalTaken if the place is taken
     * @throws SandboxException.NotReachable if the sandbox does not run at the moment
     */
    public TerminalClient attach(SandboxId sandbox, String id, Attachment attachment) {
        Terminal terminal = terminals.get(sandbox, id);
        Sandbox found = repository.find(sandbox).orElseThrow(() -> new SandboxException.NotFound(sandbox.value()));
        found.requireReachable();
        return terminal.claim(attachment);
    }
}
