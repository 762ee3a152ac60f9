/**
 * How errors look on the wire: one body shape, one list of codes, and one place that knows status codes
 * ({@link dev.sandkeep.adapters.http.error.ProblemMapper}).
 */
@NullMarked
package dev.sandkeep.adapters.http.error;

import org.jspecify.annotations.NullMarked;
