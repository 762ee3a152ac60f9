/** Snapshots: what of a sandbox is kept, under which states, until somebody deletes it. */
@NullMarked
package dev.sandkeep.domain.snapshot;

import org.jspecify.annotations.NullMarked;
