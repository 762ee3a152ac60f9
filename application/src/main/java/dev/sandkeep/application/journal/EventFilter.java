package dev.sandkeep.application.journal;

import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.domain.sandbox.SandboxEvent;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which events somebody wants to be told of. Never those that are in audit trails only.
 *
 * @param sandboxId only those of this sandbox, or null for all
 * @param labels only those of sandboxes that had all of these labels after the event
 */
public record EventFilter(@Nullable SandboxId sandboxId, Map<String, String> labels) {

    public EventFilter {
        labels = Map.copyOf(labels);
    }

    boolean matches(JournalEntry entry) {
        SandboxEvent event = entry.event();
        return event.kind().isTold()
                && (sandboxId == null || sandboxId.equals(event.sandboxId()))
                && event.metadata().labels().entrySet().containsAll(labels.entrySet());
    }
}
