package dev.sandkeep.adapters.http.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sandkeep.application.reconcile.Reconciliation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last comparison, and what the next one would do.
 *
 * @param last null if there was none since the start
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReconciliationReportResponse(@Nullable ReconciliationResponse last, ReconciliationResponse preview) {

    static ReconciliationReportResponse from(Optional<Reconciliation> last, Reconciliation preview) {
        return new ReconciliationReportResponse(
                last.map(ReconciliationResponse::from).orElse(null), ReconciliationResponse.from(preview));
    }
}
