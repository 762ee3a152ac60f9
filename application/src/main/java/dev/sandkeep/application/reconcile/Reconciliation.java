package dev.sandkeep.application.reconcile;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One comparison of the records with what is there.
 *
 * @param dryRun whether it only looked
 * @param records how many records of sandboxes that have not ended were compared
 * @param observed how many sandboxes the runtime showed
 */
public record Reconciliation(
        Instant startedAt, Instant endedAt, boolean dryRun, int records, int observed, List<Finding> findings) {

    public Reconciliation {
        findings = List.copyOf(findings);
    }

    /** The same with what was found beside it. */
    public Reconciliation with(List<Finding> more) {
        List<Finding> together = new ArrayList<>(findings);
        together.addAll(more);
        return new Reconciliation(startedAt, endedAt, dryRun, records, observed, together);
    }
}
