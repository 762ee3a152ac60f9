package dev.sandkeep.application.diagnostics;

import dev.sandkeep.application.port.Journal;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.application.port.SandboxLogs;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Reads what helps to find out what is wrong with a sandbox, also of one that ended or was deleted, until it is
 * forgotten. Every method throws {@link SandboxException.NotFound} if there is no such sandbox, and {@link
 * SandboxException.RuntimeUnavailable} if the runtime is needed and away.
 */
public final class FindDiagnostics {

    private static final int PART = 500;

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final SandboxLogs logs;
    private final Journal journal;

    public FindDiagnostics(SandboxRuntime runtime, SandboxRepository repository, SandboxLogs logs, Journal journal) {
        this.runtime = runtime;
        this.repository = repository;
        this.logs = logs;
        this.journal = journal;
    }

    /** The record. */
    public Sandbox sandbox(SandboxId id) {
        return repository.find(id).orElseThrow(() -> new SandboxException.NotFound(id.value()));
    }

    /** The end of what the entry process wrote; of an ended sandbox, as far as it was kept. */
    public LogExcerpt log(SandboxId id, LogSelection selection) {
        boolean ended = sandbox(id).state().ended();
        return (ended ? logs.find(id) : runtime.findLog(id, selection).or(() -> logs.find(id)))
                .map(log -> selected(log, selection))
                .orElse(new LogExcerpt("", false));
    }

    private static LogExcerpt selected(LogExcerpt log, LogSelection selection) {
        Instant since = selection.since();
        LogExcerpt last = log.last(selection.lines());
        return since == null ? last : last.since(since);
    }

    /** The last entries of the journal about what became of it, oldest first. */
    public List<JournalEntry> events(SandboxId id, int atMost) {
        SandboxId known = sandbox(id).id();
        Deque<JournalEntry> last = new ArrayDeque<>();
        List<JournalEntry> part = journal.listOf(known, 0, PART);
        while (!part.isEmpty()) {
            for (JournalEntry entry : part) {
                if (entry.event().kind().isTold()) {
                    last.addLast(entry);
                }
                if (last.size() > atMost) {
                    last.removeFirst();
                }
            }
            part = part.size() < PART
                    ? List.of()
                    : journal.listOf(known, part.getLast().number(), PART);
        }
        return List.copyOf(last);
    }

    /** What was decided about its traffic lately; nothing for an ended one, since that ends with it. */
    public NetworkDecisions decisions(SandboxId id, int atMost) {
        return sandbox(id).state().wanted() ? runtime.decisions(id, null, atMost) : NetworkDecisions.none();
    }

    /** What the runtime says of it now; empty if the runtime is away. */
    public Optional<Observation> observation(SandboxId id) {
        try {
            return Optional.of(runtime.observe(sandbox(id).id()));
        } catch (SandboxException.RuntimeUnavailable away) {
            return Optional.empty();
        }
    }
}
