package dev.sandkeep.application.file;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.exec.TransferMemory;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.FileEntry;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells what is at some paths. */
public final class FindFileInfo {

    private final SandboxShell shells;

    public FindFileInfo(SandboxShell shells) {
        this.shells = shells;
    }

    /**
     * Finds all of them or none.
     *
     * @return by the paths as they were given
     * @throws ExecException.FileNotFound if nothing is there, for the first such path
     */
    public Map<String, FileEntry> find(SandboxId sandbox, List<String> paths) {
        if (paths.isEmpty()) {
            return Map.of();
        }
        String separator = shells.newId();
        FileScript script = new FileScript("path");
        for (String path : paths) {
            script.at(path).requireThere().orFail(FileEntries.stat(separator) + " \"$p\"");
        }
        try (TransferMemory.Claim claim = shells.memory().transfer(sandbox)) {
            FileEntries told = new FileEntries(separator, _ -> true, claim);
            script.run(shells, sandbox, told);
            List<FileEntry> entries = told.toList();
            if (entries.size() != paths.size()) {
                throw new ExecException.Failed(
                        "The sandbox's stat told of " + entries.size() + " files, and was asked for " + paths.size());
            }
            Map<String, FileEntry> found = new LinkedHashMap<>();
            for (int i = 0; i < paths.size(); i++) {
                found.put(paths.get(i), entries.get(i));
            }
            return found;
        }
    }
}
