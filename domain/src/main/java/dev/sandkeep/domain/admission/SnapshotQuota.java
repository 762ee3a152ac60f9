package dev.sandkeep.domain.admission;

import dev.sandkeep.domain.sandbox.SandboxException.QuotaExceeded;
import org.jspecify.annotations.Nullable;

/**
 * The most snapshots that a server keeps, whoever took them and in whatever state they are.
 *
 * @param most how many, or null for any number
 */
public record SnapshotQuota(@Nullable Integer most) {

    private static final SnapshotQuota NONE = new SnapshotQuota(null);

    /** Limits nothing. */
    public static SnapshotQuota none() {
        return NONE;
    }

    /**
     * Checks that one more is within the quota.
     *
     * @param kept how many there are
     * @throws QuotaExceeded if it is not, until another one is deleted
     */
    public void require(long kept) {
        if (most != null && kept >= most) {
            throw new QuotaExceeded("snapshots: this server keeps " + most + " at most and has " + kept
                    + ", those that failed included; delete one first");
        }
    }
}
