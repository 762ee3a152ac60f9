package dev.sandkeep.adapters.http.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sandkeep.application.reconcile.Finding;
import dev.sandkeep.application.reconcile.Reconciliation;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One comparison, as it is sent. */
record ReconciliationResponse(
        String startedAt, String endedAt, boolean dryRun, int records, int observed, List<FindingResponse> findings) {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FindingResponse(
            String subject, String name, @Nullable String sandboxId, String why, String action, String outcome) {

        static FindingResponse from(Finding finding) {
            return new FindingResponse(
                    word(finding.subject()),
                    finding.name(),
                    finding.sandbox() == null ? null : finding.sandbox().value(),
                    finding.why(),
                    finding.action(),
                    word(finding.outcome()));
        }

        private static String word(Enum<?> value) {
            return value.name().toLowerCase(Locale.ROOT);
        }
    }

    static ReconciliationResponse from(Reconciliation done) {
        return new ReconciliationResponse(
                done.startedAt().toString(),
                done.endedAt().toString(),
                done.dryRun(),
                done.records(),
                done.observed(),
                done.findings().stream().map(FindingResponse::from).toList());
    }
}
