package dev.sandkeep.application.file;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.FileEntry;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.List;

/** Finds files by their names. */
public final class SearchFiles {

    private final SandboxShell shells;

    public SearchFiles(SandboxShell shells) {
        this.shells = shells;
    }

    /**
     * Finds files and links, but no directories, below a directory, by the last part of their paths.
     *
     * @throws ExecException.FileNotFound if the directory is not there
     */
    public List<FileEntry> search(SandboxId sandbox, String path, NamePattern pattern) {
        String separator = shells.newId();
        FileScript script = new FileScript("path")
                .at(path)
                .requireThere()
                // A link to a directory is followed here, and nowhere below.
                .then("[ ! -d \"$p\" ] || p=$p/")
                .orFail("find \"$p\" ! -type d -exec " + FileEntries.stat(separator) + " {} +");
        return FileEntries.sorted(FileEntries.read(separator, script.run(shells, sandbox, FileEntries.MOST)).stream()
                .filter(entry -> pattern.matches(entry.name()))
                .toList());
    }
}
