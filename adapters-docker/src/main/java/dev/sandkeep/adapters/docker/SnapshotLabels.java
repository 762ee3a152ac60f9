package dev.sandkeep.adapters.docker;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.DiskUse;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotName;
import dev.sandkeep.domain.snapshot.SnapshotState;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the images of snapshots are named, and what is noted on them: whose they are, and what a server that lost its
 * records needs to know them again. Nothing of the sandbox's own labels is among it.
 */
final class SnapshotLabels {

    private static final Logger log = LoggerFactory.getLogger(SnapshotLabels.class);

    /** A host name that no registry has (RFC 6761), so that nobody can be made to pull such an image. */
    static final String REGISTRY = "snapshots.sandkeep.invalid";

    private static final String PREFIX = "sandkeep.dev/snapshot-";
    static final String ID = PREFIX + "id";
    private static final String SANDBOX = PREFIX + "of";
    private static final String NAME = PREFIX + "name";
    private static final String CREATED_AT = PREFIX + "created-at";
    private static final String UNIQUE_BYTES = PREFIX + "unique-bytes";

    /** On what the engine made of a container, with all that it knows of that; never on a finished snapshot. */
    private static final String BASE = PREFIX + "base";

    private SnapshotLabels() {}

    static String repository(String instance) {
        return REGISTRY + "/" + instance;
    }

    static String imageName(String instance, SnapshotId id) {
        return repository(instance) + ":" + id;
    }

    /** @param base the id of the image that the container was made from */
    static Map<String, String> ofDraft(String instance, SnapshotId id, String base) {
        return Map.of(ContainerLabels.INSTANCE, instance, ID, id.value(), BASE, base);
    }

    static Map<String, String> ofImage(String instance, Snapshot snapshot, long uniqueBytes) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(ContainerLabels.INSTANCE, instance);
        labels.put(ID, snapshot.id().value());
        labels.put(SANDBOX, snapshot.sandboxId().value());
        labels.put(CREATED_AT, snapshot.createdAt().toString());
        labels.put(UNIQUE_BYTES, Long.toString(uniqueBytes));
        snapshot.name().ifPresent(name -> labels.put(NAME, name.value()));
        return labels;
    }

    static Optional<SnapshotId> snapshotId(@Nullable Map<String, String> labels) {
        return Optional.ofNullable(labels).map(present -> present.get(ID)).flatMap(SnapshotId::find);
    }

    /** The image that a draft is based on; empty if it is no draft. */
    static Optional<String> base(@Nullable Map<String, String> labels) {
        return Optional.ofNullable(labels).map(present -> present.get(BASE));
    }

    static DiskUse diskUse(Map<String, String> labels, long totalBytes) {
        try {
            return new DiskUse(
                    totalBytes, Math.clamp(Long.parseLong(labels.getOrDefault(UNIQUE_BYTES, "")), 0, totalBytes));
        } catch (NumberFormatException untold) {
            return new DiskUse(totalBytes, totalBytes);
        }
    }

    /** The snapshot that the labels describe, or null if they do not describe one. */
    static @Nullable Snapshot adoptable(Map<String, String> labels, long totalBytes, Instant now) {
        Optional<SnapshotId> id = snapshotId(labels);
        String sandbox = labels.get(SANDBOX);
        String createdAt = labels.get(CREATED_AT);
        if (id.isEmpty() || sandbox == null || createdAt == null) {
            return null;
        }
        try {
            String name = labels.get(NAME);
            return Snapshot.restore(
                    id.get(),
                    new SandboxId(sandbox),
                    name == null ? null : new SnapshotName(name),
                    new SnapshotState.Ready(now, diskUse(labels, totalBytes)),
                    Instant.parse(createdAt),
                    0);
        } catch (InvalidValue | DateTimeException garbled) {
            // Whoever may write labels may write anything into them, so nothing in there is a fault of ours.
            log.warn("The labels of the image of snapshot {} cannot be read: {}", id.get(), garbled.toString());
            return null;
        }
    }
}
