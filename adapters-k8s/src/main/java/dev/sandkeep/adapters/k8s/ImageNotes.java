package dev.sandkeep.adapters.k8s;

import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the launch of a sandbox has to know about its image: nodes get images by themselves, so that what is asked for
 * before a launch is kept for it. In memory only, and lost with the process, as credentials are to be; the oldest are
 * forgotten when there are too many. Thread-safe; guarded by the monitor of this object.
 */
final class ImageNotes {

    /** More than are launched at a time; what is over was left by launches that another server went on with. */
    static final int MOST = 10_000;

    private final Map<SandboxId, Note> notes = new LinkedHashMap<>();

    /** That the registry has to be asked, and as whom. */
    record Note(@Nullable RegistryCredentials credentials) {
        boolean verifies() {
            return true;
        }
    }

    synchronized void add(SandboxId id, @Nullable RegistryCredentials credentials) {
        // Put anew, it is the youngest.
        notes.remove(id);
        notes.put(id, new Note(credentials));
        if (notes.size() > MOST) {
            notes.remove(notes.keySet().iterator().next());
        }
    }

    synchronized Optional<Note> find(SandboxId id) {
        return Optional.ofNullable(notes.get(id));
    }

    synchronized void forget(SandboxId id) {
        notes.remove(id);
    }
}
