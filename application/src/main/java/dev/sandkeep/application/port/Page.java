package dev.sandkeep.application.port;

import java.util.List;

/**
 * A part of a longer list.
 *
 * @param totalItems how many items match in all
 * @param hasNextPage whether more items follow these; never true for an empty page
 */
public record Page<T>(List<T> items, int page, int pageSize, long totalItems, boolean hasNextPage) {

    public Page {
        items = List.copyOf(items);
    }

    /** A page of a list that is counted from its beginning. */
    public Page(List<T> items, int page, int pageSize, long totalItems) {
        this(items, page, pageSize, totalItems, page < pages(totalItems, pageSize));
    }

    /** How many pages there are; 0 if nothing matches. */
    public long totalPages() {
        return pages(totalItems, pageSize);
    }

    private static long pages(long items, int pageSize) {
        return (items + pageSize - 1) / pageSize;
    }
}
