package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.function.UnaryOperator;

/** The sandboxes that are there for their users. */
final class Undeleted {

    private Undeleted() {}

    /**
     * Changes one as {@link SandboxRepository#update} does.
     *
     * @throws SandboxException.NotFound if there is none, or its deletion is complete
     */
    static Sandbox update(SandboxRepository repository, SandboxId id, UnaryOperator<Sandbox> change) {
        return repository
                .update(id, sandbox -> {
                    if (Deletion.isComplete(sandbox)) {
                        throw new SandboxException.NotFound(id.value());
                    }
                    return change.apply(sandbox);
                })
                .orElseThrow(() -> new SandboxException.NotFound(id.value()));
    }
}
