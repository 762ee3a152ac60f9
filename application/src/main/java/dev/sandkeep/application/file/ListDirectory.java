package dev.sandkeep.application.file;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;

/** Lists what is in a directory. */
public final class ListDirectory {

    private final SandboxShell shells;

    public ListDirectory(SandboxShell shells) {
        this.shells = shells;
    }

    /**
     * Lists it, each directory followed by what is in it; links are not followed.
     *
     * @return to be closed, since its size is counted
     * @param depth 0 for nothing, 1 for what is in the directory itself
     * @throws ExecException.FileNotFound if nothing is there
     * @throws InvalidValue if something else than a directory is there, or too much is in it
     */
    public FoundFiles list(SandboxId sandbox, String path, int depth) {
        if (depth < 0) {
            throw new InvalidValue("depth", "must be a whole number that is not negative");
        }
        String separator = shells.newId();
        FileScript script = new FileScript("path")
                .at(path)
                .requireThere()
                .then("[ -d \"$p\" ] && [ ! -L \"$p\" ] || { echo must be that of a directory >&2; no "
                        + FileScript.WRONG_KIND + "; }");
        if (depth > 0) {
            script.orFail(
                    "find \"$p\" -mindepth 1 -maxdepth " + depth + " -exec " + FileEntries.stat(separator) + " {} +");
        }
        return FoundFiles.of(shells, sandbox, script, separator, _ -> true);
    }
}
