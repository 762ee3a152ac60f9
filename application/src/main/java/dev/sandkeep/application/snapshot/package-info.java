/** The use cases around snapshots: to take one, to read and list them, and to delete one. */
@NullMarked
package dev.sandkeep.application.snapshot;

import org.jspecify.annotations.NullMarked;
