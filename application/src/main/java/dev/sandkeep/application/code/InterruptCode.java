package dev.sandkeep.application.code;

import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.Optional;

/** Interrupts what runs in a code context, which stays as it is then. */
public final class InterruptCode {

    private final CodeContexts contexts;

    public InterruptCode(CodeContexts contexts) {
        this.contexts = contexts;
    }

    /**
     * Returns when the code was told, as by Ctrl-C. A context in which nothing runs is fine.
     *
     * @return whether there is a context of this id
     */
    public boolean interrupt(SandboxId sandbox, String id) {
        Optional<OpenContext> found = contexts.find(sandbox, id);
        found.filter(OpenContext::isRunning).map(OpenContext::interpreter).ifPresent(Interpreter::interrupt);
        return found.isPresent();
    }
}
