/** The routes of snapshots, and what goes over the wire there. */
@NullMarked
package dev.sandkeep.adapters.http.snapshot;

import org.jspecify.annotations.NullMarked;
