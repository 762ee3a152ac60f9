package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Remembers sandboxes. Every method blocks and is thread-safe; a change is durable when the method returns. The
 * environment of a sandbox is kept unreadable at rest, and only while it is Pending; afterwards a stored sandbox comes
 * back without it.
 */
public interface SandboxRepository {

    /**
     * Adds a new sandbox, together with the key under which its creator may ask for it again.
     *
     * @return empty if it was added; the earlier request if the key is taken, and then nothing was added
     */
    Optional<IdempotentRequest> add(Sandbox sandbox, @Nullable IdempotentRequest request);

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

    /** The live sandboxes whose end is not decided yet and whose deadline is at or before {@code now}, oldest first. */
    List<SandboxId> listDue(Instant now, int atMost);

    /** Forgets sandboxes that ended before the given time; returns how many. */
    int purgeEnded(Instant before);

    /** Forgets idempotency keys that were added before the given time; returns how many. */
    int purgeRequests(Instant before);
}
