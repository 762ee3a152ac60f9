package dev.sandkeep.adapters.http.event;

import dev.sandkeep.adapters.http.sandbox.Timestamps;
import dev.sandkeep.application.audit.Actor;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.domain.sandbox.SandboxEvent;
import dev.sandkeep.domain.sandbox.SnapshotId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One entry of the journal. The order of the components is their order on the wire. */
public record EventResponse(
        long sequence,
        String type,
        String time,
        String sandboxId,
        @Nullable String snapshotId,
        String state,
        String reason,
        String message,
        @Nullable Integer exitCode,
        @Nullable String expiresAt,
        long policyRevision,
        @Nullable Map<String, String> metadata,
        ActorResponse actor) {

    /**
     * Who did it.
     *
     * @param requestId under which the server's log tells more, or null for what the server did by itself
     */
    public record ActorResponse(
            String kind, String name, @Nullable String requestId) {

        static ActorResponse from(Actor actor) {
            String kind = switch (actor.kind()) {
                case API_KEY -> "api_key";
                case SANDBOX_TOKEN -> "sandbox_token";
                case ANONYMOUS -> "anonymous";
                case SYSTEM -> "system";
            };
            return new ActorResponse(kind, actor.name(), actor.requestId());
        }
    }

    public static EventResponse from(JournalEntry entry) {
        SandboxEvent event = entry.event();
        Instant expiresAt = event.expiresAt();
        SnapshotId snapshot = event.snapshotId();
        Map<String, String> labels = event.metadata().labels();
        return new EventResponse(
                entry.number(),
                event.kind().word(),
                Timestamps.format(entry.time()),
                event.sandboxId().value(),
                snapshot == null ? null : snapshot.value(),
                event.state(),
                event.reason(),
                event.message(),
                event.exitCode(),
                expiresAt == null ? null : Timestamps.format(expiresAt),
                event.policyRevision(),
                labels.isEmpty() ? null : labels,
                ActorResponse.from(entry.actor()));
    }
}
