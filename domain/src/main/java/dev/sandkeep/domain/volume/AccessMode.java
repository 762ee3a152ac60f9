package dev.sandkeep.domain.volume;

import java.util.Arrays;
import java.util.Optional;

/** How many nodes or sandboxes may mount a volume at a time, in the words of Kubernetes. */
public enum AccessMode {
    READ_WRITE_ONCE("ReadWriteOnce"),
    READ_ONLY_MANY("ReadOnlyMany"),
    READ_WRITE_MANY("ReadWriteMany"),
    READ_WRITE_ONCE_POD("ReadWriteOncePod");

    private final String word;

    AccessMode(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    public static Optional<AccessMode> find(String word) {
        return Arrays.stream(values()).filter(mode -> mode.word.equals(word)).findFirst();
    }
}
