/** Ports in memory that keep the same contracts as the real ones, with handles to make the outside world happen. */
@NullMarked
package dev.sandkeep.testkit.fake;

import org.jspecify.annotations.NullMarked;
