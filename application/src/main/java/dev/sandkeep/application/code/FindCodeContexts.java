package dev.sandkeep.application.code;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.domain.exec.CodeContext;
import dev.sandkeep.domain.exec.CodeLanguage;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the code contexts of a sandbox. */
public final class FindCodeContexts {

    private final CodeContexts contexts;
    private final SandboxShell shells;

    public FindCodeContexts(CodeContexts contexts, SandboxShell shells) {
        this.contexts = contexts;
        this.shells = shells;
    }

    /**
     * Finds one.
     *
     * @throws ExecException.ContextNotFound if there is none of this id
     */
    public CodeContext get(SandboxId sandbox, String id) {
        shells.requireReachable(sandbox);
        return contexts.get(sandbox, id).context();
    }

    /** Those of a language, or all if it is null; in the order in which they were made. */
    public List<CodeContext> list(SandboxId sandbox, @Nullable CodeLanguage language) {
        shells.requireReachable(sandbox);
        return contexts.list(sandbox, language).stream()
                .map(OpenContext::context)
                .toList();
    }
}
