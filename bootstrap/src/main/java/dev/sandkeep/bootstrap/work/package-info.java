/** The threads of the server: the provisioning queue, the housekeeping, and the reactions to the container runtime. */
@NullMarked
package dev.sandkeep.bootstrap.work;

import org.jspecify.annotations.NullMarked;
