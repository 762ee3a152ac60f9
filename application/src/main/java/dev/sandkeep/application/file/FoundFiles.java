package dev.sandkeep.application.file;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.exec.TransferMemory;
import dev.sandkeep.domain.exec.FileEntry;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.List;
import java.util.function.Predicate;

/** Files that were found, in order, each directory followed by what is in it. They count as memory until it is closed. */
public final class FoundFiles implements AutoCloseable {

    private final List<FileEntry> entries;
    private final TransferMemory.Claim claim;

    private FoundFiles(List<FileEntry> entries, TransferMemory.Claim claim) {
        this.entries = entries;
        this.claim = claim;
    }

    /** Runs a script that tells of files. */
    static FoundFiles of(
            SandboxShell shells, SandboxId sandbox, FileScript script, String separator, Predicate<FileEntry> wanted) {
        TransferMemory.Claim claim = shells.memory().transfer(sandbox);
        try {
            FileEntries told = new FileEntries(separator, wanted, claim);
            script.run(shells, sandbox, told);
            return new FoundFiles(told.sorted(), claim);
        } catch (RuntimeException failed) {
            claim.close();
            throw failed;
        }
    }

    public List<FileEntry> entries() {
        return entries;
    }

    /** Idempotent. */
    @Override
    public void close() {
        claim.close();
    }
}
