package dev.sandkeep.application.terminal;

import dev.sandkeep.application.exec.ShellText;
import dev.sandkeep.domain.exec.Command;
import dev.sandkeep.domain.problem.InvalidValue;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a terminal is for.
 *
 * @param directory where its shell begins, made if it is not there; null for where the entry process began
 * @param command what the shell does instead of reading commands, or null
 */
public record TerminalSpec(
        @Nullable String directory, @Nullable String command) {

    public TerminalSpec {
        directory = directory == null || directory.isEmpty() ? null : directory;
        command = command == null || command.isEmpty() ? null : command;
        if (command != null
                && (command.getBytes(StandardCharsets.UTF_8).length > Command.MAX_BYTES
                        || command.indexOf('\0') >= 0)) {
            throw new InvalidValue(
                    "command", "must be at most " + Command.MAX_BYTES + " bytes in UTF-8, without NUL characters");
        }
        if (directory != null) {
            ShellText.path("cwd", directory);
        }
    }

    /** A shell command that goes to the directory, and fails if it cannot be gone to. */
    String enter() {
        if (directory == null) {
            return "true";
        }
        ShellText.PathWord path = ShellText.path("cwd", directory);
        return "{ " + path.condition() + " && mkdir -p -- " + path.word() + " && cd -- " + path.word()
                + "; } 2>/dev/null";
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return "TerminalSpec[***]";
    }
}
