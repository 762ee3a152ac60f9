/** Tests of the real server process, as it is shipped, on a real engine: started, used, and killed. */
@NullMarked
package dev.sandkeep.bootstrap.process;

import org.jspecify.annotations.NullMarked;
