package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.SnapshotQuery;
import dev.sandkeep.domain.snapshot.SnapshotState;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The SQL of one {@link SnapshotQuery}. Values are bound, never written into it. */
final class SnapshotSelection {

    private final SnapshotQuery query;
    private final String where;
    private final List<Object> values = new ArrayList<>();

    SnapshotSelection(SnapshotQuery query) {
        this.query = query;
        List<String> conditions = new ArrayList<>();
        if (query.sandboxId() != null) {
            conditions.add("sandbox_id = ?");
            values.add(UUID.fromString(query.sandboxId().value()));
        }
        if (query.name() != null) {
            conditions.add("snapshot_name = ?");
            values.add(query.name());
        }
        if (!query.states().isEmpty()) {
            conditions.add("state in (?" + ", ?".repeat(query.states().size() - 1) + ")");
            query.states().stream().map(SnapshotState.Kind::name).sorted().forEach(values::add);
        }
        this.where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
    }

    List<SnapshotRow> page(Handle handle) {
        String sql = "select " + SnapshotRow.COLUMNS + " from snapshot" + where
                + " order by created_at desc, id desc limit ? offset ?";
        Query select = bound(handle.createQuery(sql));
        select.bind(values.size(), query.pageSize());
        select.bind(values.size() + 1, (query.page() - 1L) * query.pageSize());
        return select.map((row, _) -> SnapshotRow.read(row)).list();
    }

    long total(Handle handle) {
        return bound(handle.createQuery("select count(*) from snapshot" + where))
                .mapTo(Long.class)
                .one();
    }

    private Query bound(Query select) {
        for (int i = 0; i < values.size(); i++) {
            select.bind(i, values.get(i));
        }
        return select;
    }
}
