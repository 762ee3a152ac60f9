package dev.sandkeep.adapters.k8s;

import dev.sandkeep.adapters.runtime.SandboxNotes;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The labels and annotations of what is made on the cluster: whose it is, and on a Pod also what a server that lost its
 * records needs to take the sandbox over. Whoever may look at Pods can read them, so no secret is in them. Pure.
 */
final class PodNotes {

    static final String INSTANCE = SandboxNotes.INSTANCE;
    static final String SANDBOX_ID = SandboxNotes.SANDBOX_ID;
    static final String DELETE_WITH_SANDBOX = SandboxNotes.DELETE_WITH_SANDBOX;
    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    private static final String COMPONENT = "app.kubernetes.io/component";

    /** Of a Secret: which revision of the policy is in it. */
    static final String POLICY_REVISION = SandboxNotes.PREFIX + "policy-revision";

    private PodNotes() {}

    static Map<String, String> labels(String instance, SandboxId id) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(MANAGED_BY, "sandkeep");
        labels.put(COMPONENT, "sandbox");
        labels.put(INSTANCE, instance);
        labels.put(SANDBOX_ID, id.value());
        return labels;
    }

    static Map<String, String> annotations(Sandbox sandbox) {
        return SandboxNotes.of(sandbox);
    }

    static Map<String, String> labelsOfClaim(String instance, SandboxId madeFor, boolean deleteWithSandbox) {
        Map<String, String> labels = labels(instance, madeFor);
        labels.put(DELETE_WITH_SANDBOX, Boolean.toString(deleteWithSandbox));
        return labels;
    }

    static boolean belongsTo(String instance, HasMetadata thing) {
        return instance.equals(labelsOf(thing).get(INSTANCE));
    }

    /** Whose it is; nothing for what was not made by a server like this one. */
    static Optional<String> instanceOf(HasMetadata thing) {
        return Optional.ofNullable(labelsOf(thing).get(INSTANCE));
    }

    static Optional<SandboxId> sandboxId(HasMetadata thing) {
        return SandboxNotes.sandboxId(labelsOf(thing));
    }

    private static Map<String, String> labelsOf(HasMetadata thing) {
        return Objects.requireNonNullElse(thing.getMetadata().getLabels(), Map.of());
    }

    static Map<String, String> annotationsOf(HasMetadata thing) {
        return Objects.requireNonNullElse(thing.getMetadata().getAnnotations(), Map.of());
    }

    /** Those that a server like this one wrote. */
    static Map<String, String> ownAnnotations(HasMetadata thing) {
        Map<String, String> own = new LinkedHashMap<>(annotationsOf(thing));
        own.keySet().removeIf(key -> !key.startsWith(SandboxNotes.PREFIX));
        return own;
    }

    /** The sandbox that is noted on the Pod, or null if none is. */
    static @Nullable Sandbox adoptable(HasMetadata pod, Instant now) {
        return sandboxId(pod)
                .map(id -> SandboxNotes.adoptable(id, annotationsOf(pod), now))
                .orElse(null);
    }
}
