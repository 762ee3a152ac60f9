package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes the labels of a sandbox. */
public final class ChangeMetadata {

    private final SandboxRepository repository;

    public ChangeMetadata(SandboxRepository repository) {
        this.repository = repository;
    }

    /**
     * Applies all of the patch or, if it fails, nothing. Patches that are made at the same time follow one another, so
     * none is lost.
     *
     * @param patch the new values by key; null takes a label away
     * @return the sandbox with the labels it has now
     * @throws dev.sandkeep.domain.problem.InvalidValue if a label is not allowed
     * @throws SandboxException.NotFound if there is no such sandbox
     */
    public Sandbox patch(SandboxId id, Map<String, @Nullable String> patch) {
        return Undeleted.update(
                repository,
                id,
                sandbox -> sandbox.changeMetadata(sandbox.spec().metadata().patchedBy(patch)));
    }
}
