package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The identity of a snapshot, from which sandboxes are made: a version 4 UUID in lower case with dashes (RFC 9562). */
public record SnapshotId(String value) implements Comparable<SnapshotId> {

    private static final Pattern UUID_4 =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    public SnapshotId {
        if (!UUID_4.matcher(value).matches()) {
            throw new InvalidValue("snapshotId", "must be a version 4 UUID in lower case");
        }
    }

    public static SnapshotId of(UUID uuid) {
        return new SnapshotId(uuid.toString());
    }

    /** The id in {@code text}, or nothing if no snapshot can have such an id. */
    public static Optional<SnapshotId> find(String text) {
        return UUID_4.matcher(text).matches() ? Optional.of(new SnapshotId(text)) : Optional.empty();
    }

    @Override
    public int compareTo(SnapshotId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
