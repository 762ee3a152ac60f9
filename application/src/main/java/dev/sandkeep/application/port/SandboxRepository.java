package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Remembers sandboxes, and writes what becomes of them into the {@link Journal}, entry and change together or neither.
 * Every method blocks and is thread-safe; a change is durable when the method returns. The
 * environment of a sandbox is kept unreadable at rest, and only while it is Pending; afterwards a stored sandbox comes
 * back without it.
 */
public interface SandboxRepository {

    /**
     * Adds a new sandbox, together with the key under which its creator may ask for it again, and whose it is. However
     * many add at the same time, by however many servers, no owner ever has more than their quota.
     *
     * @param request null if it may not be repeated
     * @param ownership null if it is nobody's
     * @throws dev.sandkeep.domain.sandbox.SandboxException.QuotaExceeded if the owner may have no more; likewise what
     *     else {@link dev.sandkeep.domain.admission.Quota#require} throws
     * @return empty if it was added; the earlier request if the key is taken, and then nothing was added
     */
    Optional<IdempotentRequest> add(
            Sandbox sandbox, @Nullable IdempotentRequest request, @Nullable Ownership ownership);

    /** Adds a sandbox that is nobody's. */
    default Optional<IdempotentRequest> add(Sandbox sandbox, @Nullable IdempotentRequest request) {
        return add(sandbox, request, null);
    }

    /** Whose the sandbox is; empty if it is nobody's, or there is none of that id. */
    Optional<String> findOwner(SandboxId id);

    /** The request that was added under this key after {@code notBefore}. */
    Optional<IdempotentRequest> findRequest(String owner, String key, Instant notBefore);

    Optional<Sandbox> find(SandboxId id);

    /**
     * Stores a changed sandbox.
     *
     * @return it, under its new version
     * @throws dev.sandkeep.domain.sandbox.SandboxException.Stale if it was stored by somebody else since it was read,
     *     or purged
     */
    Sandbox save(Sandbox sandbox);

    /**
     * Changes a sandbox, deciding anew on a fresh copy whenever somebody else was faster.
     *
     * @param change from the current sandbox to the wanted one; the very same object means that nothing is to change
     * @return the sandbox as it is stored afterwards, or empty if there is none of that id
     */
    default Optional<Sandbox> update(SandboxId id, UnaryOperator<Sandbox> change) {
        while (true) {
            Optional<Sandbox> current = find(id);
            if (current.isEmpty()) {
                return current;
            }
            Sandbox changed = change.apply(current.get());
            if (changed == current.get()) {
                return current;
            }
            try {
                return Optional.of(save(changed));
            } catch (SandboxException.Stale somebodyWasFaster) {
                // Each round means that another writer got on, so this ends.
            }
        }
    }

    /** One page of the sandboxes that match, newest first. */
    Page<Sandbox> list(SandboxQuery query);

    /** All sandboxes whose state is not an end state, in no order. One that cannot be read is left out, and logged. */
    List<Sandbox> listLive();

    /** How many sandboxes are in each state that is not an end state; a state that none is in may be left out. */
    Map<SandboxState.Kind, Integer> countLive();

    /** The live sandboxes whose end is not decided yet and whose deadline is at or before {@code now}, oldest first. */
    List<SandboxId> listDue(Instant now, int atMost);

    /**
     * Writes down what was done in sandboxes, in this order, each with its own time and put down to its own actor; all or
     * none. What concerns a sandbox that there is not is left out.
     */
    void note(List<Deed> deeds);

    /**
     * Forgets sandboxes that ended before the given time, and what the journal says of them as far as it is older than
     * that; of the others it forgets only old renewals and deeds, which may be many. Returns how many sandboxes.
     */
    int purgeEnded(Instant before);

    /** Forgets idempotency keys that were added before the given time; returns how many. */
    int purgeRequests(Instant before);
}
