package dev.sandkeep.application.file;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.SandboxId;

/** Finds files by their names. */
public final class SearchFiles {

    private final SandboxShell shells;

    public SearchFiles(SandboxShell shells) {
        this.shells = shells;
    }

    /**
     * Finds files and links, but no directories, below a directory, by the last part of their paths.
     *
     * @return to be closed, since its size is counted
     * @throws dev.sandkeep.domain.problem.InvalidValue if too many are found
     * @throws ExecException.FileNotFound if the directory is not there
     */
    public FoundFiles search(SandboxId sandbox, String path, NamePattern pattern) {
        String separator = shells.newId();
        FileScript script = new FileScript("path")
                .at(path)
                .requireThere()
                // A link to a directory is followed here, and nowhere below.
                .then("[ ! -d \"$p\" ] || p=$p/")
                .orFail("find \"$p\" ! -type d -exec " + FileEntries.stat(separator) + " {} +");
        return FoundFiles.of(shells, sandbox, script, separator, entry -> pattern.matches(entry.name()));
    }
}
