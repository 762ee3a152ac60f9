package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The SQL of one {@link SandboxQuery}. Values are bound, never written into it. */
final class SandboxSelection {

    private final SandboxQuery query;
    private final String where;
    private final String order;
    private final List<String> values = new ArrayList<>();

    SandboxSelection(SandboxQuery query) {
        this.query = query;
        List<SandboxState.Kind> states = query.states().stream().sorted().toList();
        StringBuilder conditions = new StringBuilder();
        // H2 reads a page from an index without sorting only if the order names every column of the index.
        if (states.isEmpty()) {
            conditions.append("ended = false");
            order = "ended, created_at desc, id desc";
        } else if (states.size() == 1) {
            conditions.append("state = ?");
            order = "state, created_at desc, id desc";
        } else {
            conditions
                    .append("state in (?")
                    .append(", ?".repeat(states.size() - 1))
                    .append(")");
            order = "created_at desc, id desc";
        }
        states.forEach(state -> values.add(state.name()));
        query.metadata().forEach((name, value) -> {
            conditions.append(
                    " and id in (select sandbox_id from sandbox_metadata where label_name = ? and label_value = ?)");
            values.add(name);
            values.add(value);
        });
        where = conditions.toString();
    }

    /** The rows of the page, and one more if there is one. */
    List<SandboxRow> page(Handle handle) {
        return bindPage(handle.createQuery(pageSql()))
                .map((row, _) -> SandboxRow.read(row))
                .list();
    }

    String pageSql() {
        // Said twice, since an index can be searched for the first half only.
        String after = query.after() == null ? "" : " and created_at <= ? and (created_at < ? or id < ?)";
        return "select " + SandboxRow.COLUMNS + " from sandbox where " + where + after + " order by " + order
                + " limit ? offset ?";
    }

    Query bindPage(Query select) {
        int next = bindValues(select);
        SandboxQuery.Position after = query.after();
        if (after != null) {
            select.bind(next++, Instants.utc(after.createdAt()))
                    .bind(next++, Instants.utc(after.createdAt()))
                    .bind(next++, UUID.fromString(after.id().value()));
        }
        return select.bind(next, query.pageSize() + 1L).bind(next + 1, offset());
    }

    /** How many match in all, counted only where a last page of that many rows does not already tell. */
    long total(Handle handle, int onPage, boolean last) {
        boolean told = query.after() == null && last && (onPage > 0 || query.page() == 1);
        if (told) {
            return offset() + onPage;
        }
        Query count = handle.createQuery("select count(*) from sandbox where " + where);
        bindValues(count);
        return count.mapTo(Long.class).one();
    }

    private int bindValues(Query statement) {
        for (int i = 0; i < values.size(); i++) {
            statement.bind(i, values.get(i));
        }
        return values.size();
    }

    private long offset() {
        return (query.page() - 1L) * query.pageSize();
    }
}
