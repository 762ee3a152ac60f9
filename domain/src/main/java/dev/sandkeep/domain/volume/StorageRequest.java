package dev.sandkeep.domain.volume;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the storage of a volume is to be like if it has to be made; storage that is there stays as it is.
 *
 * @param storageClass null for that of the operator
 * @param storage a size in bytes, a number that may have a binary unit; null for that of the operator
 * @param accessModes empty for those of the operator
 */
public record StorageRequest(
        @Nullable String storageClass, @Nullable String storage, List<AccessMode> accessModes) {

    private static final StorageRequest NONE = new StorageRequest(null, null, List.of());
    private static final Pattern CLASS = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
    private static final Pattern SIZE = Pattern.compile("\\d{1,18}(\\.\\d{1,9})?(Ki|Mi|Gi|Ti|Pi|Ei)?");
    private static final Pattern ZERO = Pattern.compile("[0.]+\\D*");

    /** @throws InvalidValue naming a field of {@code pvc} */
    public StorageRequest {
        if (storageClass != null
                && (storageClass.length() > 253 || !CLASS.matcher(storageClass).matches())) {
            throw new InvalidValue(
                    "pvc.storageClass", "must be 1 to 253 of [a-z0-9.-] that start and end with a letter or digit");
        }
        if (storage != null
                && (!SIZE.matcher(storage).matches() || ZERO.matcher(storage).matches())) {
            throw new InvalidValue(
                    "pvc.storage", "must be a number of bytes above 0, with Ki, Mi, Gi, Ti, Pi, Ei or no unit");
        }
        accessModes = accessModes.stream().distinct().toList();
    }

    /** Nothing in particular. */
    public static StorageRequest none() {
        return NONE;
    }

    public boolean isNone() {
        return equals(NONE);
    }
}
