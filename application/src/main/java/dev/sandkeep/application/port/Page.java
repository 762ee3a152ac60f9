package dev.sandkeep.application.port;

import java.util.List;

/**
 * A part of a longer list.
 *
 * @param totalItems how many items match in all
 */
public record Page<T>(List<T> items, int page, int pageSize, long totalItems) {

    public Page {
        items = List.copyOf(items);
    }

    /** How many pages there are; 0 if nothing matches. */
    public long totalPages() {
        return (totalItems + pageSize - 1) / pageSize;
    }

    public boolean hasNextPage() {
        return page < totalPages();
    }
}
