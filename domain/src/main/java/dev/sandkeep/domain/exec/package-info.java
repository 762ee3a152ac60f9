/** What is done in a running sandbox from outside: commands and their output. */
@NullMarked
package dev.sandkeep.domain.exec;

import org.jspecify.annotations.NullMarked;
