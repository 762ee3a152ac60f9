package dev.sandkeep.domain.sandbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that became of a sandbox and that somebody may want to be told of. Made by comparing the sandbox before and
 * after, so that nothing that changes one has to remember to say so. Tells no environment and no credential.
 *
 * @param state the state afterwards
 * @param message a sentence for people, about the state, or what was executed
 * @param exitCode of the entry process, once that is known
 * @param expiresAt the deadline afterwards, or null if there is none
 * @param policyRevision how often the network policy was changed until then
 * @param metadata the labels afterwards
 */
public record SandboxEvent(
        Kind kind,
        SandboxId sandboxId,
        SandboxState.Kind state,
        StatusReason reason,
        String message,
        @Nullable Integer exitCode,
        @Nullable Instant expiresAt,
        long policyRevision,
        Metadata metadata) {

    /** What happened. The words are what clients see. */
    public enum Kind {
        /** It was accepted, or taken over from a runtime that had it without a record. */
        CREATED("created"),
        /** It is in another state, or in the same for another reason. Mere progress of the provisioning is no event. */
        STATE_CHANGED("state_changed"),
        /** Somebody deleted it; it ends, unless it already had. */
        DELETION_REQUESTED("deletion_requested"),
        /** Its deadline was moved. */
        EXPIRY_RENEWED("expiry_renewed"),
        /** Its labels were changed. */
        METADATA_CHANGED("metadata_changed"),
        /** Its network policy was changed. */
        POLICY_CHANGED("policy_changed"),
        /** Somebody did something in it, which the message tells; nothing became of it. */
        EXECUTED("executed");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** It is there. */
    public static SandboxEvent created(Sandbox sandbox) {
        return of(Kind.CREATED, sandbox);
    }

    /** What happened between two versions of the same sandbox, in the order in which it is to be told; may be nothing. */
    public static List<SandboxEvent> between(Sandbox before, Sandbox after) {
        List<SandboxEvent> events = new ArrayList<>();
        if (before.policyRevision() != after.policyRevision()) {
            events.add(of(Kind.POLICY_CHANGED, after));
        }
        if (!before.spec().metadata().equals(after.spec().metadata())) {
            events.add(of(Kind.METADATA_CHANGED, after));
        }
        if (!before.expiresAt().equals(after.expiresAt())) {
            events.add(of(Kind.EXPIRY_RENEWED, after));
        }
        if (before.deletedAt().isEmpty() && after.deletedAt().isPresent()) {
            events.add(of(Kind.DELETION_REQUESTED, after));
        }
        if (before.state().kind() != after.state().kind()
                || before.state().reason() != after.state().reason()) {
            events.add(of(Kind.STATE_CHANGED, after));
        }
        return List.copyOf(events);
    }

    /** Somebody did something in it, which a sentence tells. */
    public static SandboxEvent executed(Sandbox sandbox, String message) {
        SandboxEvent event = of(Kind.EXECUTED, sandbox);
        return new SandboxEvent(
                event.kind,
                event.sandboxId,
                event.state,
                event.reason,
                message,
                event.exitCode,
                event.expiresAt,
                event.policyRevision,
                event.metadata);
    }

    private static SandboxEvent of(Kind kind, Sandbox sandbox) {
        SandboxState state = sandbox.state();
        return new SandboxEvent(
                kind,
                sandbox.id(),
                state.kind(),
                state.reason(),
                state.message(),
                state.exitCode(),
                sandbox.expiresAt().orElse(null),
                sandbox.policyRevision(),
                sandbox.spec().metadata());
    }

    public SandboxEvent {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(sandboxId, "sandboxId");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(metadata, "metadata");
    }
}
