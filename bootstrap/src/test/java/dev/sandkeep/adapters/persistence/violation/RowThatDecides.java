package dev.sandkeep.adapters.persistence.violation;

import dev.sandkeep.application.lifecycle.DeleteSandbox;
import dev.sandkeep.domain.sandbox.SandboxId;

/** Breaks the rules of the persistence adapter: it calls a use case. */
public final class RowThatDecides {

    public void decide(DeleteSandbox deleteSandbox, SandboxId id) {
        deleteSandbox.delete(id);
    }
}
