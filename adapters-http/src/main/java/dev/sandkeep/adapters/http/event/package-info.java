/** What becomes of sandboxes, as it happens and afterwards. */
@NullMarked
package dev.sandkeep.adapters.http.event;

import org.jspecify.annotations.NullMarked;
