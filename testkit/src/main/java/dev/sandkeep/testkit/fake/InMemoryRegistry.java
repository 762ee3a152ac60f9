package dev.sandkeep.testkit.fake;

import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.StatusReason;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the images of an engine in memory come from. Every image can be had unless a test refuses it. An engine that has
 * no images of its own gets them when it launches a sandbox.
 */
final class InMemoryRegistry {

    private final InMemoryEngine engine;
    private final Map<SandboxId, Optional<RegistryCredentials>> notedCredentials = new ConcurrentHashMap<>();
    private final CallGate pulls = new CallGate();

    InMemoryRegistry(InMemoryEngine engine) {
        this.engine = engine;
    }

    CallGate pulls() {
        return pulls;
    }

    void pull(ImageRef image, @Nullable RegistryCredentials credentials, Consumer<String> progress) {
        progress.accept("Pulling " + image);
        pulls.pass();
        engine.requireReachable();
        String refusal = engine.refusedPulls.get(InMemoryEngine.nameOf(image));
        RegistryCredentials needed = engine.privateRepositories.get(image.repository());
        if (refusal == null && needed != null && !needed.equals(credentials)) {
            refusal = "unauthorized";
        }
        if (refusal != null) {
            throw new SandboxException.LaunchFailed(
                    StatusReason.IMAGE_PULL_FAILED, "image " + image + ": " + refusal, null);
        }
        progress.accept("Pulled " + image);
        engine.images.add(InMemoryEngine.nameOf(image));
    }

    /** Keeps the credentials for {@link #obtain}. */
    void note(SandboxId sandbox, @Nullable RegistryCredentials credentials) {
        notedCredentials.put(sandbox, Optional.ofNullable(credentials));
    }

    /** Gets an image with the credentials that were noted, once. */
    void obtain(SandboxId sandbox, ImageRef image) {
        Optional<RegistryCredentials> noted = notedCredentials.remove(sandbox);
        if (noted != null || !engine.hasImage(image)) {
            pull(image, noted == null ? null : noted.orElse(null), _ -> {});
        }
    }
}
