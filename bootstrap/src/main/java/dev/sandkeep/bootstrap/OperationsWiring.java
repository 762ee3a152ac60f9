package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.http.HealthRoutes;
import dev.sandkeep.adapters.http.MetricsRoutes;
import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.admin.AdminRoutes;
import dev.sandkeep.adapters.http.auth.ApiKey;
import dev.sandkeep.application.reconcile.ReconcileSandboxes;
import dev.sandkeep.application.reconcile.ReconcileSnapshots;
import dev.sandkeep.bootstrap.config.OperationsConfig;
import dev.sandkeep.bootstrap.metrics.Metrics;
import dev.sandkeep.bootstrap.work.Housekeeping;
import dev.sandkeep.bootstrap.work.Readiness;
import java.util.List;

/** Wires what whoever operates the server asks it. */
final class OperationsWiring {

    private OperationsWiring() {}

    static List<Routes> routes(
            OperationsConfig config,
            Readiness readiness,
            Metrics metrics,
            ReconcileSandboxes sandboxes,
            ReconcileSnapshots snapshots,
            Housekeeping housekeeping) {
        String token = config.metricsToken();
        return List.of(
                new HealthRoutes(readiness),
                new MetricsRoutes(metrics::scrape, token == null ? null : ApiKey.ofText("metrics", token)),
                new AdminRoutes(
                        () -> sandboxes.last().map(done -> done.with(snapshots.last())),
                        () -> sandboxes.preview().with(snapshots.preview()),
                        () -> housekeeping.onRequest(
                                () -> housekeeping.reconcileNow().with(snapshots.sweep()))));
    }
}
