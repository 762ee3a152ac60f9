package dev.sandkeep.domain.sandbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that became of a sandbox, or of a snapshot of it, and that somebody may want to be told of. Made by comparing
 * the sandbox before and after, so that nothing that changes one has to remember to say so. Tells no environment and no
 * credential.
 *
 * @param snapshotId the snapshot that it is about, or null if it is about the sandbox itself
 * @param state the word of the state afterwards, of the snapshot if it is about one
 * @param reason the word that tells why it is in that state
 * @param message a sentence for people, about the state, or what was executed
 * @param exitCode of the entry process, once that is known
 * @param expiresAt the deadline afterwards, or null if there is none
 * @param policyRevision how often the network policy was changed until then
 * @param metadata the labels afterwards
 */
public record SandboxEvent(
        Kind kind,
        SandboxId sandboxId,
        @Nullable SnapshotId snapshotId,
        String state,
        String reason,
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
        EXECUTED("executed"),
        /** A snapshot of it was accepted, or taken over from a runtime that had it without a record. */
        SNAPSHOT_CREATED("snapshot_created"),
        /** The files of a snapshot of it are saved. */
        SNAPSHOT_READY("snapshot_ready"),
        /** A snapshot of it could not be taken, or its files were lost. */
        SNAPSHOT_FAILED("snapshot_failed"),
        /** Somebody deleted a snapshot of it, which may be gone itself by then. */
        SNAPSHOT_DELETED("snapshot_deleted"),
        /** Something that a newer server wrote, and that this one does not know. */
        OTHER("other");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }

        /**
         * Whether those are told who follow what happens. What was done in sandboxes is in their audit trails only: it may be
         * much, and hold what is not for everybody; so may be what is not known here.
         */
        public boolean isTold() {
            return this != EXECUTED && this != OTHER;
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
                null,
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
                null,
                state.kind().word(),
                state.reason().word(),
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
