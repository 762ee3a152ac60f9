package dev.sandkeep.adapters.docker;

import dev.sandkeep.adapters.runtime.SandboxNotes;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is noted on everything that is made on the engine: whose it is, and on a container also what a server that lost
 * its records needs to take the sandbox over. Anybody who may ask the engine can read labels, so no secret is in them.
 */
final class ContainerLabels {

    static final String INSTANCE = SandboxNotes.INSTANCE;
    static final String SANDBOX_ID = SandboxNotes.SANDBOX_ID;
    private static final String ROLE = SandboxNotes.PREFIX + "role";
    private static final String EGRESS = "egress";

    private ContainerLabels() {}

    static Map<String, String> ofContainer(String instance, Sandbox sandbox) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(INSTANCE, instance);
        labels.put(SANDBOX_ID, sandbox.id().value());
        labels.putAll(SandboxNotes.of(sandbox));
        return labels;
    }

    /** Nothing of the sandbox: a sidecar is made before anybody knows which one it is for, and its name tells later. */
    static Map<String, String> ofSidecar(String instance) {
        return Map.of(INSTANCE, instance, ROLE, EGRESS);
    }

    static boolean isSidecar(@Nullable Map<String, String> labels) {
        return labels != null && EGRESS.equals(labels.get(ROLE));
    }

    static Map<String, String> ofVolume(String instance, SandboxId madeFor, boolean deleteWithSandbox) {
        return Map.of(
                INSTANCE,
                instance,
                SANDBOX_ID,
                madeFor.value(),
                SandboxNotes.DELETE_WITH_SANDBOX,
                Boolean.toString(deleteWithSandbox));
    }

    static Map<String, String> ofNetwork(String instance) {
        return Map.of(INSTANCE, instance);
    }

    static boolean belongsTo(String instance, @Nullable Map<String, String> labels) {
        return labels != null && instance.equals(labels.get(INSTANCE));
    }

    static Optional<SandboxId> sandboxId(@Nullable Map<String, String> labels) {
        return Optional.ofNullable(labels).flatMap(SandboxNotes::sandboxId);
    }

    static boolean goesWithSandbox(@Nullable Map<String, String> labels) {
        return labels != null && Boolean.parseBoolean(labels.get(SandboxNotes.DELETE_WITH_SANDBOX));
    }

    /** The sandbox that the labels describe, or null if they do not describe one. */
    static @Nullable Sandbox adoptable(Map<String, String> labels, Instant now) {
        return sandboxId(labels)
                .map(id -> SandboxNotes.adoptable(id, labels, now))
                .orElse(null);
    }
}
