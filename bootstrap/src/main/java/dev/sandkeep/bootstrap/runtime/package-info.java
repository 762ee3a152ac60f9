/** What stands between the use cases and the runtime, whichever that is. */
@NullMarked
package dev.sandkeep.bootstrap.runtime;

import org.jspecify.annotations.NullMarked;
