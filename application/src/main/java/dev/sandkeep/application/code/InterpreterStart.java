package dev.sandkeep.application.code;

import dev.sandkeep.application.code.Messages.Message;
import dev.sandkeep.application.exec.Marks;
import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.exec.ShellProgram;
import dev.sandkeep.application.exec.ShellStep;
import dev.sandkeep.application.exec.ShellText;
import dev.sandkeep.application.exec.Signals;
import dev.sandkeep.domain.exec.CodeContext;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Starts the interpreter of a context: a kernel of a Jupyter server that runs in the sandbox, if it has one for the
 * language, or else an interpreter of the image. For one thread, once.
 */
final class InterpreterStart {

    private static final String OWN = "python, bash, javascript";

    private final SandboxShell shells;
    private final SandboxId sandbox;
    private final CodeContext context;
    private List<String> kernels = List.of();

    InterpreterStart(SandboxShell shells, SandboxId sandbox, CodeContext context) {
        this.shells = shells;
        this.sandbox = sandbox;
        this.context = context;
    }

    /**
     * Returns when it takes code. Blocks.
     *
     * @throws ExecException.NotStarted if the image has none, or no shell
     * @throws InvalidValue if its directory cannot be, or nothing in the sandbox runs the language
     * @throws SandboxException.Overloaded if too much runs in the sandbox
     */
    Interpreter start() {
        Interpreter first = attempt(true);
        if (first != null) {
            return first;
        }
        if (Driver.of(context.language()).isEmpty()) {
            throw unknownLanguage();
        }
        return Objects.requireNonNull(attempt(false), "Only a Jupyter server can have no kernel");
    }

    /** Null if there is no kernel for the language where one was looked for. */
    private @Nullable Interpreter attempt(boolean lookForKernel) {
        AtomicReference<String> token = new AtomicReference<>("");
        ShellText.PathWord place = place();
        ShellProgram shell = shells.open(sandbox, null, given -> {
            token.set(given);
            return enter(place, given)
                    + (lookForKernel ? Driver.JUPYTER.become(given, context) : "")
                    + Driver.of(context.language())
                            .map(own -> own.become(given, context))
                            .orElse(Marks.print(given, Driver.NO_INTERPRETER, ""));
        });
        try {
            String mark = shell.awaitMark(SandboxShell.PATIENCE);
            Driver driver = driver(mark);
            Interpreter started = new Interpreter(
                    sandbox, driver, shell, new Signals(shells), token.get(), Long.parseLong(mark.substring(1)));
            byte[] setUp = driver.setUp(token.get());
            shell.write(setUp, 0, setUp.length);
            if (awaitReady(shell)) {
                return started;
            }
            shell.close();
            return null;
        } catch (RuntimeException failed) {
            shell.close();
            throw failed;
        }
    }

    /** What the shell became. */
    private Driver driver(String mark) {
        Optional<Driver> own = Driver.of(context.language());
        return switch (mark.charAt(0)) {
            case 'J' -> Driver.JUPYTER;
            case 'P' -> own.orElseThrow(this::unknownLanguage);
            case 'C' ->
                throw new InvalidValue(
                        "cwd", "must be a directory that is there or can be made, of variables that are set");
            default ->
                throw own.<RuntimeException>map(driver -> new ExecException.NotStarted("The sandbox has no "
                                + driver.program() + ", which code in "
                                + context.language().word() + " needs; use an image that has it"))
                        .orElseGet(this::unknownLanguage);
        };
    }

    private InvalidValue unknownLanguage() {
        return new InvalidValue(
                "language",
                "must be one of " + OWN + "; "
                        + (kernels.isEmpty()
                                ? "others need a Jupyter server that runs in the sandbox and has a kernel for them"
                                : "the Jupyter server in the sandbox has kernels for " + String.join(", ", kernels)));
    }

    private ShellText.@Nullable PathWord place() {
        String directory = context.directory();
        return directory == null || directory.isEmpty() ? null : ShellText.path("cwd", directory);
    }

    private static String enter(ShellText.@Nullable PathWord place, String token) {
        return place == null
                ? ""
                : "{ " + place.condition() + " && mkdir -p -- " + place.word() + " && cd -- " + place.word()
                        + "; } 2>/dev/null || { " + Marks.print(token, "C", "") + "; exit; }\n";
    }

    /** Told on both outputs, so that nothing of what it said at its start is taken for the code's. */
    private boolean awaitReady(ShellProgram shell) {
        Message first = message(shell);
        switch (first.kind()) {
            case "ready" -> awaitErrors(shell);
            case "none" -> kernels = first.texts();
            case "failed" ->
                throw new ExecException.Failed("The Jupyter server in the sandbox started no kernel for "
                        + context.language().word() + ": " + String.join(" ", first.texts()));
            default -> throw new ExecException.Failed("The interpreter in the sandbox did not begin as it should");
        }
        return first.kind().equals("ready");
    }

    private static Message message(ShellProgram shell) {
        Messages messages = new Messages();
        Optional<Message> whole = Optional.empty();
        while (whole.isEmpty()) {
            whole = messages.add(shell.awaitMark(SandboxShell.PATIENCE));
        }
        return whole.get();
    }

    private static void awaitErrors(ShellProgram shell) {
        while (true) {
            switch (shell.next(SandboxShell.PATIENCE)) {
                case ShellStep.Mark _ -> {
                    return;
                }
                case ShellStep.Data _ -> {}
                case ShellStep.Silence _, ShellStep.Ended _ ->
                    throw new ExecException.Failed("The interpreter in the sandbox ended as soon as it began");
            }
        }
    }
}
