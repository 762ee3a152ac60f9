/** What several servers on the same records need to share their work: who does what, and who lives. */
@NullMarked
package dev.sandkeep.application.replica;

import org.jspecify.annotations.NullMarked;
