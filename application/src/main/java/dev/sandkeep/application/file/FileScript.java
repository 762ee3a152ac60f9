package dev.sandkeep.application.file;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.exec.ShellResult;
import dev.sandkeep.application.exec.ShellText;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.FilePermissions;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shell program about some paths. It says why it ended with its exit code, and which path that was about with the last
 * line of its errors. Not thread-safe.
 */
final class FileScript {

    static final int NOT_FOUND = 44;
    static final int UNSET = 45;
    static final int FAILED = 46;
    static final int WRONG_KIND = 47;

    private static final Pattern PATH_NUMBER = Pattern.compile("(?s)(.*?)\\n?#(\\d+)\\s*");
    private static final int SMALL = 4096;

    private final String field;
    private final StringBuilder script = new StringBuilder("no() { echo \"#$i\" >&2; exit $1; }\n");
    private final List<String> paths = new ArrayList<>();

    /** @param field what the paths are called where they were sent */
    FileScript(String field) {
        this.field = field;
    }

    /** From here on {@code p} is this path, absolute. */
    FileScript at(String path) {
        return set("p", path);
    }

    /** From here on that variable is this path, absolute. */
    FileScript set(String variable, String path) {
        ShellText.PathWord word = ShellText.path(field, path);
        script.append("i=").append(paths.size()).append('\n');
        if (!word.variables().isEmpty()) {
            script.append(word.condition()).append(" || no ").append(UNSET).append('\n');
        }
        script.append(variable).append('=').append(word.word()).append('\n');
        script.append("case $")
                .append(variable)
                .append(" in /*) ;; *) ")
                .append(variable)
                .append("=$PWD/$");
        script.append(variable).append(" ;; esac\n");
        paths.add(path);
        return this;
    }

    FileScript then(String command) {
        script.append(command).append('\n');
        return this;
    }

    /** The path must be that of something, be it a link to nothing. */
    FileScript requireThere() {
        return then("[ -e \"$p\" ] || [ -L \"$p\" ] || no " + NOT_FOUND);
    }

    /** Does it, or ends. */
    FileScript orFail(String command) {
        return then(command + " || no " + FAILED);
    }

    /** Follows links. */
    FileScript change(FilePermissions permissions) {
        if (permissions.owner() != null || permissions.group() != null) {
            String owner = permissions.owner() == null ? "" : permissions.owner();
            String group = permissions.group() == null ? "" : ":" + permissions.group();
            orFail("chown " + ShellText.quote(owner + group) + " \"$p\"");
        }
        // After the owner, since a new owner takes some bits away.
        if (permissions.mode() != null) {
            orFail("chmod " + String.format(Locale.ROOT, "%04o", permissions.mode()) + " \"$p\"");
        }
        return this;
    }

    String text() {
        return script.toString();
    }

    String path(int number) {
        return paths.get(number);
    }

    /** Runs it where nothing but its success is of interest. */
    void run(SandboxShell shells, SandboxId sandbox) {
        requireSuccess(shells.call(sandbox, null, SMALL, _ -> text()));
    }

    /** Runs it for what it writes. */
    void run(SandboxShell shells, SandboxId sandbox, SandboxShell.Output output) {
        requireSuccess(shells.call(sandbox, _ -> text(), output));
    }

    private void requireSuccess(ShellResult result) {
        if (result.exitCode() != 0) {
            throw failure(result.exitCode(), result.errors());
        }
    }

    /** What an exit code that is not 0 means. */
    RuntimeException failure(int exitCode, String errors) {
        Matcher number = PATH_NUMBER.matcher(errors);
        if (!number.matches()) {
            return new ExecException.Failed("The sandbox could not do it: "
                    + (errors.isEmpty() ? "its shell ended with exit code " + exitCode : errors));
        }
        String path = path(Integer.parseInt(number.group(2)));
        String words = number.group(1).strip();
        return switch (exitCode) {
            case NOT_FOUND -> new ExecException.FileNotFound(path);
            case UNSET -> new InvalidValue(field, "must be made of variables that are set: " + path);
            case WRONG_KIND -> new InvalidValue(field, words + ": " + path);
            default -> new ExecException.Failed(path + ": " + (words.isEmpty() ? "it did not work" : words));
        };
    }
}
