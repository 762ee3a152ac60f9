package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.SandboxLogs;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Logs in memory. Thread-safe. */
public final class InMemorySandboxLogs implements SandboxLogs {

    private final SandboxRepository sandboxes;
    private final Map<SandboxId, LogExcerpt> logs = new ConcurrentHashMap<>();

    /** @param sandboxes those of which logs can be kept */
    public InMemorySandboxLogs(SandboxRepository sandboxes) {
        this.sandboxes = sandboxes;
    }

    @Override
    public void keep(SandboxId id, LogExcerpt log) {
        if (sandboxes.find(id).isPresent()) {
            logs.put(id, log);
        }
    }

    @Override
    public Optional<LogExcerpt> find(SandboxId id) {
        return sandboxes.find(id).map(_ -> logs.get(id));
    }
}
