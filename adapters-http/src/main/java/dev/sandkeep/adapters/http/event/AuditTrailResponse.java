package dev.sandkeep.adapters.http.event;

import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who did what to a sandbox, oldest first.
 *
 * @param nextAfter what to ask for next, or null if this is all there is
 */
record AuditTrailResponse(
        String sandboxId,
        List<EventResponse> items,
        @Nullable Long nextAfter) {

    static AuditTrailResponse from(SandboxId id, List<JournalEntry> entries, int limit) {
        return new AuditTrailResponse(
                id.value(),
                entries.stream().map(EventResponse::from).toList(),
                entries.size() < limit ? null : entries.getLast().number());
    }
}
