package dev.sandkeep.adapters.http.snapshot;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.sandbox.SandboxPath;
import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.snapshot.CreateSnapshot;
import dev.sandkeep.application.snapshot.DeleteSnapshot;
import dev.sandkeep.application.snapshot.FindSnapshot;
import dev.sandkeep.application.snapshot.ListSnapshots;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.List;

/** Create, read, list and delete snapshots. Served with and without the prefix {@code /v1}: old clients have none. */
public final class SnapshotRoutes implements Routes {

    private static final List<String> PREFIXES = List.of("/v1", "");

    private final CreateSnapshot createSnapshot;
    private final FindSnapshot findSnapshot;
    private final ListSnapshots listSnapshots;
    private final DeleteSnapshot deleteSnapshot;

    public SnapshotRoutes(
            CreateSnapshot createSnapshot,
            FindSnapshot findSnapshot,
            ListSnapshots listSnapshots,
            DeleteSnapshot deleteSnapshot) {
        this.createSnapshot = createSnapshot;
        this.findSnapshot = findSnapshot;
        this.listSnapshots = listSnapshots;
        this.deleteSnapshot = deleteSnapshot;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String prefix : PREFIXES) {
            routes.post(prefix + "/sandboxes/{sandboxId}/snapshots", this::create);
            Routes.get(routes, prefix + "/snapshots", this::list);
            Routes.get(routes, prefix + "/snapshots/{snapshotId}", this::find);
            routes.delete(prefix + "/snapshots/{snapshotId}", this::delete);
        }
    }

    private void create(Context context) {
        CreateSnapshotRequest request = CreateSnapshotRequest.from(context.bodyAsBytes(), context.contentType());
        Snapshot snapshot = createSnapshot.create(SandboxPath.id(context), request.name());
        context.header("Location", "/v1/snapshots/" + snapshot.id());
        answer(context.status(HttpStatus.ACCEPTED), SnapshotResponse.from(snapshot));
    }

    private void find(Context context) {
        answer(context, SnapshotResponse.from(findSnapshot.find(id(context))));
    }

    private void list(Context context) {
        SnapshotListQuery wanted = SnapshotListQuery.from(context.queryParamMap());
        Page<Snapshot> page = wanted.matchesNothing()
                ? new Page<>(List.of(), wanted.query().page(), wanted.query().pageSize(), 0)
                : listSnapshots.list(wanted.query());
        answer(context, SnapshotListResponse.from(page));
    }

    private void delete(Context context) {
        deleteSnapshot.delete(id(context));
        context.status(HttpStatus.NO_CONTENT);
    }

    /** What cannot be an id is no snapshot either. It is not repeated: it may be anything. */
    private static SnapshotId id(Context context) {
        return SnapshotId.find(context.pathParam("snapshotId"))
                .orElseThrow(() -> new SnapshotException.NotFound("with an id that is not a version 4 UUID"));
    }

    private static void answer(Context context, Object body) {
        context.contentType("application/json").result(Json.write(body));
    }
}
