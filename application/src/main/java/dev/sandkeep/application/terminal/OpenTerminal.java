package dev.sandkeep.application.terminal;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.exec.ShellResult;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Makes a terminal, in which nothing runs before somebody comes to it. */
public final class OpenTerminal {

    private final Terminals terminals;
    private final SandboxExec exec;
    private final SandboxShell shells;
    private final SandboxRepository repository;
    private final Consumer<Runnable> background;
    private final InstantSource clock;

    /** @param background runs what is given to it until that ends, on a thread of its own */
    public OpenTerminal(
            Terminals terminals,
            SandboxExec exec,
            SandboxShell shells,
            SandboxRepository repository,
            Consumer<Runnable> background,
            InstantSource clock) {
        this.terminals = terminals;
        this.exec = exec;
        this.shells = shells;
        this.repository = repository;
        this.background = background;
        this.clock = clock;
    }

    /**
     * Makes one, and its directory.
     *
     * @return its id
     * @throws InvalidValue if the directory cannot be made
     * @throws SandboxException.Overloaded if there are as many as may be
     */
    public String open(SandboxId sandbox, TerminalSpec spec) {
        Sandbox found = repository.find(sandbox).orElseThrow(() -> new SandboxException.NotFound(sandbox.value()));
        found.requireReachable();
        if (spec.directory() != null) {
            ShellResult made = shells.call(sandbox, null, 0, _ -> spec.enter());
            if (made.exitCode() != 0) {
                throw new InvalidValue("cwd", "must be a directory of the sandbox that is there or can be made");
            }
        }
        String id = shells.newId().replaceFirst("(.{8})(.{4})(.{4})(.{4})", "$1-$2-$3-$4-");
        shells.audit().note(sandbox, "Terminal " + id + " is opened");
        terminals.add(new Terminal(id, sandbox, spec, exec, shells, background, clock));
        return id;
    }
}
