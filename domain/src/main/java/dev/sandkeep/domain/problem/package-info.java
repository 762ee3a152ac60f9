/** What can be wrong with a value that somebody gave us, told so that they can mend it. */
@NullMarked
package dev.sandkeep.domain.problem;

import org.jspecify.annotations.NullMarked;
