package dev.sandkeep.adapters.http.proxy;

import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts what is under way to each sandbox, so that none takes all connections of the server. Thread-safe. */
final class OpenRequests {

    private final int limit;
    private final ConcurrentMap<SandboxId, Integer> open = new ConcurrentHashMap<>();

    OpenRequests(int limit) {
        this.limit = limit;
    }

    /** Whether one more may begin; if so, it must {@link #end}. */
    boolean begin(SandboxId id) {
        boolean mayBegin = open.merge(id, 1, Integer::sum) <= limit;
        if (!mayBegin) {
            end(id);
        }
        return mayBegin;
    }

    void end(SandboxId id) {
        open.computeIfPresent(id, (_, now) -> now == 1 ? null : now - 1);
    }
}
