package dev.sandkeep.application.code;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.domain.exec.CodeLanguage;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.SandboxId;

/** Deletes code contexts, with what runs in them. */
public final class DeleteCodeContexts {

    private final CodeContexts contexts;
    private final SandboxShell shells;

    public DeleteCodeContexts(CodeContexts contexts, SandboxShell shells) {
        this.contexts = contexts;
        this.shells = shells;
    }

    /**
     * Deletes one.
     *
     * @throws ExecException.ContextNotFound if there is none of this id
     */
    public void delete(SandboxId sandbox, String id) {
        shells.requireReachable(sandbox);
        contexts.remove(sandbox, contexts.get(sandbox, id));
    }

    /** Deletes all of a language; there may be none. */
    public void deleteAll(SandboxId sandbox, CodeLanguage language) {
        shells.requireReachable(sandbox);
        contexts.list(sandbox, language).forEach(open -> contexts.remove(sandbox, open));
    }
}
