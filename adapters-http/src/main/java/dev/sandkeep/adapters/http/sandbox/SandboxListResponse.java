package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SandboxQuery.Position;
import dev.sandkeep.domain.sandbox.Sandbox;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of sandboxes. */
record SandboxListResponse(List<SandboxResponse> items, Pagination pagination) {

    /** @param nextCursor where the next page begins, or null if there is none */
    record Pagination(
            int page,
            int pageSize,
            long totalItems,
            long totalPages,
            boolean hasNextPage,
            @Nullable String nextCursor) {}

    static SandboxListResponse from(Page<Sandbox> page) {
        return new SandboxListResponse(
                page.items().stream().map(SandboxResponse::from).toList(),
                new Pagination(
                        page.page(),
                        page.pageSize(),
                        page.totalItems(),
                        page.totalPages(),
                        page.hasNextPage(),
                        page.hasNextPage()
                                ? ListCursor.write(Position.of(page.items().getLast()))
                                : null));
    }
}
