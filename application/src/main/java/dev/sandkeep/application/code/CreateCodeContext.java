package dev.sandkeep.application.code;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.domain.exec.CodeContext;
import dev.sandkeep.domain.exec.CodeLanguage;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import org.jspecify.annotations.Nullable;

/** Makes a place where code keeps its state. */
public final class CreateCodeContext {

    private final CodeContexts contexts;
    private final SandboxShell shells;

    public CreateCodeContext(CodeContexts contexts, SandboxShell shells) {
        this.contexts = contexts;
        this.shells = shells;
    }

    /**
     * Makes a context; returns when its interpreter takes code. Blocks.
     *
     * @param directory where it begins, made if it is not there; null for where the entry process began
     * @throws ExecException.NotStarted if the image has no such interpreter
     * @throws InvalidValue if the directory cannot be, or there is no such language in the sandbox
     * @throws SandboxException.Overloaded if the sandbox has as many as it may have
     */
    public CodeContext create(SandboxId sandbox, CodeLanguage language, @Nullable String directory) {
        shells.requireReachable(sandbox);
        OpenContext added = contexts.add(sandbox, language, directory);
        try {
            added.begin(new InterpreterStart(shells, sandbox, added.context()).start());
            return added.context();
        } catch (RuntimeException failed) {
            contexts.remove(sandbox, added);
            throw failed;
        }
    }
}
