/**
 * Remembers sandboxes in an H2 file or a PostgreSQL database, with the same SQL for both. Begins at {@link
 * dev.sandkeep.adapters.persistence.Database}; an outage of the database surfaces as the exception of the library.
 */
@NullMarked
package dev.sandkeep.adapters.persistence;

import org.jspecify.annotations.NullMarked;
