package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.Command;
import dev.sandkeep.domain.problem.InvalidValue;
import java.util.Map;

/**
 * The parts of the shell programs that commands are wrapped in. They are for any POSIX shell, and use no other program
 * where they need not. What is the user's is done in a subshell, so that it changes nothing of the wrapping.
 */
final class CommandScript {

    /** What a shell does before the command itself. */
    private final String setting;

    private final String place;
    private final String text;

    private CommandScript(String setting, String place, String text) {
        this.setting = setting;
        this.place = place;
        this.text = text;
    }

    /** @throws dev.sandkeep.domain.problem.InvalidValue if the directory is no path */
    static CommandScript of(Command command) {
        StringBuilder setting = new StringBuilder();
        for (Map.Entry<String, String> variable : command.environment().entrySet()) {
            setting.append("export ")
                    .append(variable.getKey())
                    .append('=')
                    .append(ShellText.quote(variable.getValue()))
                    .append('\n');
        }
        String place = "true";
        if (command.directory() != null && !command.directory().isEmpty()) {
            ShellText.PathWord path = ShellText.path("cwd", command.directory());
            place = "{ " + path.condition() + " && cd -- " + path.word() + "; }";
        }
        return new CommandScript(setting.toString(), place, ShellText.quote(command.text()));
    }

    /** Sets the environment and goes to the directory, else does that. */
    String enter(String otherwise) {
        return setting + place + " || { " + otherwise + "; }\n";
    }

    /** Becomes the shell that does the command; the redirections are put behind. */
    String become(String redirections) {
        return "if command -v bash >/dev/null 2>&1; then exec bash -c -- " + text + " " + redirections
                + "; else exec sh -c -- " + text + " " + redirections + "; fi\n";
    }

    /** A shell lets some of its own variables not be set, and ends. */
    static InvalidValue refusedVariable() {
        return new InvalidValue(
                "envs", "has a variable that the shell of the sandbox does not let be set, as UID in bash for example");
    }

    /** Puts the directory of a background command into {@code d}, or nothing. */
    static String find(String id) {
        return StateDirectory.find(id, "meta");
    }
}
