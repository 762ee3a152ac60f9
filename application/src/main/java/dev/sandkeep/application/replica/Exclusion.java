package dev.sandkeep.application.replica;

import dev.sandkeep.domain.sandbox.SandboxId;

/** Keeps several servers from stopping and starting the processes of one sandbox at the same time. Thread-safe. */
@FunctionalInterface
public interface Exclusion {

    /**
     * Does this while no other server does something of the kind to this sandbox; waits for that, for some time.
     *
     * @throws dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable if another one is at it for too long;
     *     then nothing was done
     */
    void during(SandboxId id, Runnable action);

    /** For a server that has its records for itself. */
    static Exclusion ofOnlyServer() {
        return (_, action) -> action.run();
    }
}
