package dev.sandkeep.application.code;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.domain.exec.Code;
import dev.sandkeep.domain.exec.CodeEnd;
import dev.sandkeep.domain.exec.CodeLanguage;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a piece of code to its end, while somebody listens. */
public final class RunCode {

    static final Duration HEARTBEAT = Duration.ofSeconds(3);

    private static final Logger log = LoggerFactory.getLogger(RunCode.class);

    private final CodeContexts contexts;
    private final SandboxShell shells;
    private final InstantSource clock;

    public RunCode(CodeContexts contexts, SandboxShell shells, InstantSource clock) {
        this.contexts = contexts;
        this.shells = shells;
        this.clock = clock;
    }

    /**
     * Runs code after what came before it in its context; returns when it ended, and all that it wrote was told. An
     * interpreter that ended, be it by the code itself, begins anew, without what was in it. Blocks.
     *
     * @throws ExecException.ContextNotFound if there is no such context
     * @throws ExecException.NotStarted if the image has no such interpreter
     * @throws InvalidValue if there is no such language in the sandbox
     * @throws SandboxException.Overloaded if too much runs or waits
     */
    public CodeEnd run(SandboxId sandbox, Code code, CodeListener listener) {
        shells.requireReachable(sandbox);
        OpenContext context = context(sandbox, code);
        if (context.interpreter() == null) {
            startFirst(sandbox, context);
        }
        listener.started(context.context().id());
        context.enter(HEARTBEAT, listener::alive);
        try {
            if (context.isDeleted()) {
                throw new ExecException.ContextNotFound(context.context().id());
            }
            Interpreter interpreter = context.interpreter();
            if (interpreter == null || !interpreter.runs()) {
                interpreter = start(sandbox, context);
            }
            shells.audit()
                    .note(
                            sandbox,
                            "Code in " + context.context().language().word() + " runs in context "
                                    + context.context().id(),
                            code.text());
            context.running(true);
            log.info(
                    "Sandbox {}: code runs in context {}",
                    sandbox,
                    context.context().id());
            return new CodeRun(interpreter, code, context::isDeleted, listener, clock).toTheEnd();
        } finally {
            context.running(false);
            context.leave();
        }
    }

    private OpenContext context(SandboxId sandbox, Code code) {
        String id = code.contextId();
        CodeLanguage language = code.language();
        if (id == null) {
            return contexts.ofLanguage(sandbox, language == null ? CodeLanguage.PYTHON : language, code.directory());
        }
        OpenContext found = contexts.get(sandbox, id);
        if (language != null && !language.equals(found.context().language())) {
            throw new InvalidValue(
                    "context.language",
                    "must be left out, or be " + found.context().language().word() + ", that of the context");
        }
        return found;
    }

    /** Before anything is told, so that an image without the interpreter is refused with a status. */
    private void startFirst(SandboxId sandbox, OpenContext context) {
        context.enter(HEARTBEAT, () -> {});
        try {
            if (context.interpreter() == null) {
                Interpreter _ = start(sandbox, context);
            }
        } catch (RuntimeException failed) {
            contexts.remove(sandbox, context);
            throw failed;
        } finally {
            context.leave();
        }
    }

    private Interpreter start(SandboxId sandbox, OpenContext context) {
        Interpreter before = context.interpreter();
        if (before != null) {
            before.close();
        }
        Problems problems = new Problems();
        Interpreter started =
                problems.collectWithin("context.", new InterpreterStart(shells, sandbox, context.context())::start);
        problems.throwIfAny();
        context.begin(Objects.requireNonNull(started));
        return started;
    }
}
