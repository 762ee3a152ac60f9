package dev.sandkeep.adapters.http.admin;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.reconcile.Reconciliation;
import dev.sandkeep.domain.problem.InvalidValue;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The comparison of what is recorded with what is there: the last one, the next one, and one now. */
public final class AdminRoutes implements Routes {

    private static final List<String> PREFIXES = List.of("/v1", "");

    private final Supplier<Optional<Reconciliation>> last;
    private final Supplier<Reconciliation> preview;
    private final Supplier<Reconciliation> reconcileNow;

    /**
     * The routes.
     *
     * @param last the last comparison that repaired, if there was one
     * @param preview compares and only looks
     * @param reconcileNow compares and repairs, in its turn with what the server does by itself
     */
    public AdminRoutes(
            Supplier<Optional<Reconciliation>> last,
            Supplier<Reconciliation> preview,
            Supplier<Reconciliation> reconcileNow) {
        this.last = last;
        this.preview = preview;
        this.reconcileNow = reconcileNow;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String prefix : PREFIXES) {
            Routes.get(routes, prefix + "/admin/reconciliation", this::report);
            routes.post(prefix + "/admin/reconciliation", this::reconcile);
        }
    }

    private void report(Context context) {
        answer(context, ReconciliationReportResponse.from(last.get(), preview.get()));
    }

    private void reconcile(Context context) {
        Reconciliation done = isDryRun(context) ? preview.get() : reconcileNow.get();
        answer(context, ReconciliationResponse.from(done));
    }

    private static boolean isDryRun(Context context) {
        String asked = context.queryParam("dryRun");
        return switch (asked == null ? "false" : asked) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidValue("dryRun", "must be true or false");
        };
    }

    private static void answer(Context context, Object body) {
        context.contentType("application/json").result(Json.write(body));
    }
}
