package dev.sandkeep.application.journal;

import dev.sandkeep.application.port.Journal;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.List;

/** Reads who did what to a sandbox, and when. */
public final class FindAuditTrail {

    private final SandboxRepository repository;
    private final Journal journal;

    public FindAuditTrail(SandboxRepository repository, Journal journal) {
        this.repository = repository;
        this.journal = journal;
    }

    /**
     * The entries of a sandbox, also of one that ended or was deleted, until it is forgotten; oldest first.
     *
     * @param after only those with a higher number
     * @throws SandboxException.NotFound if there is no such sandbox
     */
    public List<JournalEntry> find(SandboxId id, long after, int atMost) {
        if (repository.find(id).isEmpty()) {
            throw new SandboxException.NotFound(id.value());
        }
        return journal.listOf(id, after, atMost);
    }
}
