package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.application.port.Page;
import dev.sandkeep.domain.sandbox.Sandbox;
import java.util.List;

/** One page of sandboxes. */
record SandboxListResponse(List<SandboxResponse> items, Pagination pagination) {

    record Pagination(int page, int pageSize, long totalItems, long totalPages, boolean hasNextPage) {}

    static SandboxListResponse from(Page<Sandbox> page) {
        return new SandboxListResponse(
                page.items().stream().map(SandboxResponse::from).toList(),
                new Pagination(page.page(), page.pageSize(), page.totalItems(), page.totalPages(), page.hasNextPage()));
    }
}
