package dev.sandkeep.domain.admission;

import java.time.Instant;
import java.util.List;

/**
 * What one owner uses now.
 *
 * @param sandboxes how many sandboxes that have not ended
 * @param cpu the sum of their limits, in nano CPUs
 * @param memory the sum of their limits, in bytes
 * @param creates when the latest ones were created, the newest first; only those within {@link Quota#WINDOW}, ended or
 *     not, and no more of them than the quota allows
 */
public record Usage(int sandboxes, long cpu, long memory, List<Instant> creates) {

    public Usage {
        creates = List.copyOf(creates);
    }
}
