package dev.sandkeep.adapters.http.snapshot;

import dev.sandkeep.application.port.Page;
import dev.sandkeep.domain.snapshot.Snapshot;
import java.util.List;

/** One page of snapshots. */
record SnapshotListResponse(List<SnapshotResponse> items, Pagination pagination) {

    record Pagination(int page, int pageSize, long totalItems, long totalPages, boolean hasNextPage) {}

    static SnapshotListResponse from(Page<Snapshot> page) {
        return new SnapshotListResponse(
                page.items().stream().map(SnapshotResponse::from).toList(),
                new Pagination(page.page(), page.pageSize(), page.totalItems(), page.totalPages(), page.hasNextPage()));
    }
}
