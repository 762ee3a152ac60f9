/** What was decided about names: the latest decisions, and how many there were. */
@NullMarked
package dev.sandkeep.egress.decision;

import org.jspecify.annotations.NullMarked;
