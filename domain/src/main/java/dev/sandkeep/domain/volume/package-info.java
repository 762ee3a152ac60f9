/** Storage that is mounted into a sandbox: host directories and named volumes, and where they may be mounted. */
@NullMarked
package dev.sandkeep.domain.volume;

import org.jspecify.annotations.NullMarked;
