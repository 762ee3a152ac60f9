package dev.sandkeep.adapters.k8s;

import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the launch of a sandbox has to know about its image: nodes get images by themselves, so that what is asked for
 * before a launch is kept for it. In memory only, and lost with the process, as credentials are to be. Thread-safe.
 */
final class ImageNotes {

    private final Map<SandboxId, Note> notes = new ConcurrentHashMap<>();

    /** That the registry has to be asked, and as whom. */
    record Note(@Nullable RegistryCredentials credentials) {
        boolean verifies() {
            return true;
        }
    }

    void add(SandboxId id, @Nullable RegistryCredentials credentials) {
        notes.put(id, new Note(credentials));
    }

    Optional<Note> find(SandboxId id) {
        return Optional.ofNullable(notes.get(id));
    }

    void forget(SandboxId id) {
        notes.remove(id);
    }
}
