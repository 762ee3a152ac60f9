package dev.sandkeep.domain.snapshot;

import dev.sandkeep.domain.problem.InvalidValue;

/**
 * What the files of a snapshot take up on the host, in bytes.
 *
 * @param total all files, those of the image included that its sandbox was made from
 * @param unique what the snapshot adds to that image, and what a deletion frees if nobody else needs it
 */
public record DiskUse(long total, long unique) {

    public DiskUse {
        if (unique < 0 || total < unique) {
            throw new InvalidValue("diskUse", "needs 0 <= unique <= total");
        }
    }
}
