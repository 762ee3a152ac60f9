package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The identity of a sandbox: a version 4 UUID in lower case with dashes (RFC 9562). */
public record SandboxId(String value) implements Comparable<SandboxId> {

    private static final Pattern UUID_4 =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    public SandboxId {
        if (!UUID_4.matcher(value).matches()) {
            throw new InvalidValue("sandboxId", "must be a version 4 UUID in lower case");
        }
    }

    public static SandboxId of(UUID uuid) {
        return new SandboxId(uuid.toString());
    }

    /** The id in {@code text}, or nothing if no sandbox can have such an id. */
    public static Optional<SandboxId> find(String text) {
        return UUID_4.matcher(text).matches() ? Optional.of(new SandboxId(text)) : Optional.empty();
    }

    @Override
    public int compareTo(SandboxId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
